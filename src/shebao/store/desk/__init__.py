"""Clerks, and the money they take in: slips, hand-ins, deposits, card slips, notices, payouts."""
