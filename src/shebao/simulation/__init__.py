"""One market day after another, played from a seed: proof that money cannot be lost."""
