"""Desk: the bank as one value: its keys, its courier, and what shall go wrong next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from shebao.sandbox.bank.keys import Keys
from shebao.sandbox.channel.courier import Courier
from shebao.sandbox.faults import Plan


@dataclass(frozen=True, slots=True)
class Desk:
    """What the bank works with."""

    keys: Keys
    courier: Courier
    plans: deque[Plan] = field(default_factory=deque)  # How the next payments go, in order.
    packets: dict[str, Any] = field(default_factory=dict)  # Of batches, by their numbers.
    packet_orders: deque[Any] = field(default_factory=deque)  # How the next packets go.
    closed_days: set[str] = field(default_factory=set)  # Whose statements are written already.

    def next_plan(self) -> Plan:
        """How the payment that comes now goes."""
        return self.plans.popleft() if self.plans else Plan()
