"""Pages of paying for one another."""
