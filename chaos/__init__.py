"""The storm: real programs under load, killed and cut off at random. Start it with bin/chaos."""
