"""Payer: what stops a person at any channel's cashier."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False)
class CannotPay(Exception):  # noqa: N818  An answer, not an error.
    """The order is not one that can be paid now."""

    number: str
    state: str
