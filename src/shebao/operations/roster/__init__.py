"""What collectors do: list people, see what is wrong, collect for many, and follow who has paid."""
