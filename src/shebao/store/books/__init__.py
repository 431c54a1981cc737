"""Books on the shelf: statements, differences, repairs, settlements and closed days."""
