"""Basket (一起缴): the pages on which a family pays for several cities at once."""
