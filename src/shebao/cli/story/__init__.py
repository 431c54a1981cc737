"""The story of the demo: residents and clerks go through everything once, and it is told."""
