"""Shelves of paying for one another."""
