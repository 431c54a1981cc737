"""Connected: which rails are played on a day, and the program's own wires to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Final, Self

import httpx

from shebao.core.channel import Method
from shebao.core.ids import Entropy
from shebao.gateways.alipay.account import AlipayAccount
from shebao.gateways.alipay.account import read_account as read_alipay
from shebao.gateways.alipay.pay import Alipay
from shebao.gateways.bank.account import BankAccount
from shebao.gateways.bank.account import read_account as read_bank
from shebao.gateways.bank.pay import Bank
from shebao.gateways.channel import Channel, Statements
from shebao.gateways.counter.account import CounterAccount
from shebao.gateways.counter.account import read_account as read_counter
from shebao.gateways.counter.files import ACQUIRER, WINDOW, CounterFiles
from shebao.gateways.counter.till import Till
from shebao.gateways.counter.window import Window
from shebao.gateways.transport import Transport
from shebao.gateways.unionpay.account import UnionPayAccount
from shebao.gateways.unionpay.account import read_account as read_unionpay
from shebao.gateways.unionpay.pay import UnionPay
from shebao.gateways.wechat.account import WeChatAccount
from shebao.gateways.wechat.account import read_account as read_wechat
from shebao.gateways.wechat.pay import WeChatPay
from shebao.sandbox.town import Town
from shebao.simulation.rails.agreement import AgreementRail
from shebao.simulation.rails.alipay import AlipayRail
from shebao.simulation.rails.rail import Rail
from shebao.simulation.rails.unionpay import CardRail, UnionPayRail
from shebao.simulation.rails.wechat import WeChatRail
from shebao.simulation.rails.window import TerminalRail, WindowRail

_M: Final = Method
# What is played on a day: one channel, or those between which people change their minds.
MIXES: Final = (
    *((_M.WECHAT,), (_M.WECHAT,), (_M.ALIPAY,), (_M.UNIONPAY,), (_M.CARD, _M.WECHAT)),
    *((_M.WECHAT, _M.ALIPAY), (_M.UNIONPAY, _M.WECHAT), (_M.AGREEMENT, _M.WECHAT)),
    *((_M.AGREEMENT, _M.ALIPAY), (_M.CASH, _M.POS, _M.COUNTER, _M.WECHAT)),
)
_RAILS: Final[tuple[type[Rail], ...]] = (
    *(WeChatRail, AlipayRail, UnionPayRail, CardRail, AgreementRail, WindowRail, TerminalRail),
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the program knows of every channel: read once, as the keys never change."""

    wechat: WeChatAccount
    alipay: AlipayAccount
    unionpay: UnionPayAccount
    card: UnionPayAccount
    bank: BankAccount
    counter: CounterAccount

    @classmethod
    def read(cls, folder: Path, *, base_url: str) -> Self:
        """The credentials in a folder."""
        return cls(
            wechat=read_wechat(folder, base_url=base_url),
            alipay=read_alipay(folder, base_url=base_url),
            unionpay=read_unionpay(folder, method=Method.UNIONPAY, base_url=base_url),
            card=read_unionpay(folder, method=Method.CARD, base_url=base_url),
            bank=read_bank(folder, base_url=base_url),
            counter=read_counter(folder, base_url=base_url),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """What a gateway needs besides its account."""

    transport: Transport
    now: Callable[[], datetime]
    entropy: Entropy


def drawn(dice: Random) -> tuple[Method, ...]:
    """What is played on a day."""
    return dice.choice(MIXES)


def rails(mix: Collection[Method], town: Town, window: httpx.AsyncClient) -> Mapping[Method, Rail]:
    """What is outside on the ways that are played."""
    return {kind.method: kind(town, window) for kind in _RAILS if kind.method in mix}


def channels(mix: Collection[Method], known: Accounts, line: Line) -> dict[Method, Channel]:
    """The program's gateways to the channels that are played."""
    by = line.transport, line.now, line.entropy
    makes: dict[Method, Callable[[], Channel]] = {
        Method.WECHAT: lambda: WeChatPay(known.wechat, *by),
        Method.ALIPAY: lambda: Alipay(known.alipay, line.transport, line.now),
        Method.UNIONPAY: lambda: UnionPay(known.unionpay, line.transport, line.now),
        Method.CARD: lambda: UnionPay(known.card, line.transport, line.now),
        Method.AGREEMENT: lambda: Bank(known.bank, *by),
        Method.COUNTER: lambda: Window(known.counter, *by),
        Method.CASH: lambda: Till(Method.CASH),
        Method.POS: lambda: Till(Method.POS),
    }
    return {method: makes[method]() for method in mix}


def statements(
    connected: Mapping[Method, Channel], known: Accounts, line: Line
) -> dict[Method, Statements]:
    """Those who say a day later what they moved."""
    by = line.transport, line.now, line.entropy
    told: dict[Method, Statements] = {
        method: one
        for method, one in connected.items()
        if isinstance(one, WeChatPay | Alipay | UnionPay | Bank)
    }
    kinds = {Method.COUNTER: WINDOW, Method.POS: ACQUIRER}
    return told | {
        method: CounterFiles(kind, known.counter, *by)
        for method, kind in kinds.items()
        if method in connected
    }
