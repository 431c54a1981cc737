"""What the books are compared with, and how a day is closed."""
