"""Declaring (申报): from insurances to bills, amounts for some years, what was submitted."""
