"""Money taken over a counter: the bank's windows, the acquirer of our terminals, our own tills."""
