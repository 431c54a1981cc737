"""Commands that keep the books: statements, differences, closed days."""
