"""The front door: pages for payers, notices from channels."""
