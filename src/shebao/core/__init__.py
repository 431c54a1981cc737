"""The nouns: what things are. Pure, and ordered along the way the money goes."""
