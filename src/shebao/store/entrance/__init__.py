"""Shelves of the ways in: passwords, passkeys, codes to scan, faces, consents."""
