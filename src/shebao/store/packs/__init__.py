"""Packs (政策包): policy files, read, checked, and made into regions."""
