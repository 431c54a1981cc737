"""Paying for one another: naming, asking, forbidding, and seeing who looked."""
