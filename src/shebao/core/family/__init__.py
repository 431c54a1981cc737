"""Paying for one another: who may, who asked whom to, and who says no."""
