"""Keeping the books: statements are read and compared, differences mended, days closed."""
