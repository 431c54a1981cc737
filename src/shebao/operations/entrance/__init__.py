"""How people come in: every way but the text message, and what they agree to."""
