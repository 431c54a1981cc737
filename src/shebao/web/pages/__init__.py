"""The pages of a payer's way, from sign-in to receipt."""
