"""The ways money comes on a simulated day, each with its cashier, its post and its files."""
