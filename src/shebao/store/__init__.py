"""The shelves: where things rest. All SQL is here."""
