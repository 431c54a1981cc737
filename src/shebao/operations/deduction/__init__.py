"""Deduction: signing and ending agreements, and collecting under them."""
