"""The verbs: what we do, one transaction each."""
