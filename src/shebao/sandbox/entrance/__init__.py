"""Who says who somebody is: a face provider, government portals, and the apps people use."""
