"""The bench: our figures beside their limits, measured in the same run. Start it with bin/bench."""
