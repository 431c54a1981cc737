"""Proofs (缴费证明): certificates issued, shown, checked and revoked."""
