"""The outside world for rehearsal: channels and registries that speak the real wire formats."""
