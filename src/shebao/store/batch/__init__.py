"""The shelves of batches: runs, their lines, and what banks answered."""
