"""Policy (政策): what a region says people owe, and what it comes to for one of them."""
