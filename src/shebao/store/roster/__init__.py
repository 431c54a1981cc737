"""Where collectors and their rosters rest."""
