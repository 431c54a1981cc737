"""The bank: the wire on which agreements are signed and money is collected under them."""
