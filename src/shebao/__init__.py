"""Shebao: residents pay their social-insurance contributions, once and only once, with proof."""
