"""A bank whose windows take money for us, and the acquirer of our card terminals."""
