"""What is done with batches: built, signed, sent, answered, posted, looked at."""
