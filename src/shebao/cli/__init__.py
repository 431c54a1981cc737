"""The back door: shebao <noun> <verb>."""
