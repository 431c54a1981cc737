"""Proofs (缴费证明): certificates over a stretch of time, for whom they are about."""
