"""How somebody comes in: the ways, what each asks for, and what they agree to."""
