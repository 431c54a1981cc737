"""Guests: other programs that do the same work, run in environments of their own."""
