"""Deduction: collecting from an account whose owner has agreed to it beforehand."""
