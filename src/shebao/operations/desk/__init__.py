"""What people at work do with the money of others, one transaction each."""
