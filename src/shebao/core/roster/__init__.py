"""Rosters: who collects for many people at once, whom they list, and where each line stands."""
