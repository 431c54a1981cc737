"""People who work with the money of others: clerks, their duties, what they take in."""
