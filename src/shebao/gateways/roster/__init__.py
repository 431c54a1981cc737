"""Rosters as files: spreadsheets and tables of text, read and written."""
