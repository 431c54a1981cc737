"""The mutants: small mistakes made in the money path on purpose; a test must see each of them."""
