"""Declaring (申报): amounts set and made void for some years, and what was submitted."""
