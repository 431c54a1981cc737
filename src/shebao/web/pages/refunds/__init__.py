"""Refunds (退费): one receipt, or some parts of a payment, asked back by who paid."""
