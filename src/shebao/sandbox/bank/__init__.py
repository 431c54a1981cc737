"""The bank: agreements signed at its own page, and money collected under them."""
