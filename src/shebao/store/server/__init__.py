"""Server: PostgreSQL's own program, run by us when nobody gives us one."""
