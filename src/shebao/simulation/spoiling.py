"""Spoiling: what is wrong with a channel's file of a simulated day, and what must be found so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shebao.core.books.reconciliation import DifferenceKind
from shebao.sandbox import statements as at_channel
from shebao.sandbox.channel.movements import Mishap, Movement
from shebao.sandbox.town import Town
from shebao.simulation.market import Market
from shebao.simulation.rails.rail import OF_FILES, Rail
from shebao.store import payments

_K = DifferenceKind
_OF_LINES: Final = (Mishap.MISSING, Mishap.EXTRA, Mishap.TWICE, Mishap.ALTERED)
STRANGE: Final = frozenset({_K.UNKNOWN, _K.LONG})  # Money the channel holds and never told of.
STUCK: Final = frozenset({_K.REFUND})  # It left us and reached nobody: a person looks after it.
_WENT_WELL: Final = "SUCCESS"
_NAME: Final = {False: "reference", True: "our_id"}
_OF_REFUNDS: Final = frozenset({_K.REFUND, _K.CUT_OFF})
_INSTEAD: Final = {
    Mishap.NONE: Mishap.LATE,
    Mishap.MISSING: Mishap.TWICE,
    Mishap.ALTERED: Mishap.TWICE,
}
_TYPES: Final[Mapping[Mishap, Collection[DifferenceKind]]] = {
    Mishap.MISSING: {_K.SHORT, _K.CUT_OFF},  # Near midnight it may be in tomorrow's file.
    Mishap.EXTRA: {_K.UNKNOWN},
    Mishap.TWICE: {_K.DUPLICATE},
    Mishap.ALTERED: {_K.AMOUNT},
}


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What befell the file of a day, and the types that must be found by number."""

    rail: Rail
    day: date
    kinds: tuple[Mishap, ...]
    due: Mapping[str, Collection[DifferenceKind]]

    @property
    def unreadable(self) -> bool:
        """Whether the file as it is tells nothing at all, and must be made again."""
        return bool({*OF_FILES} - {Mishap.NONE} & {*self.kinds})

    @property
    def wrong(self) -> bool:
        """Whether it tells something, and not the truth."""
        return bool(self.kinds) and not self.unreadable

    @property
    def strange(self) -> frozenset[str]:
        """The numbers of money that nobody told us of."""
        return frozenset(number for number, kinds in self.due.items() if kinds == STRANGE)

    @property
    def stuck(self) -> frozenset[str]:
        """Refunds that the channel counts and we do not."""
        return frozenset(number for number, kinds in self.due.items() if kinds == STUCK)


async def spoil(market: Market, rail: Rail, day: date) -> Spoilt:
    """Let the dice spoil the file of a day, or its lines, or nothing."""
    town, dice = market.outside.town, market.dice
    true = rail.movements(day)
    kinds: list[Mishap] = []
    match dice.randrange(3):
        case 1 if true and rail.file_mishaps:
            kinds = [dice.choice(rail.file_mishaps)]
        case 2 if true:
            kinds = dice.choices(_OF_LINES, k=dice.randrange(1, 4))
            kinds = kinds if len(true) >= len(kinds) else [Mishap.EXTRA]
    if not await _all_known(market, rail, true):  # What only the file can tell, it tells rightly.
        kinds = [_INSTEAD.get(kind, kind) for kind in kinds]
        kinds = [kind for kind in kinds if kind is not Mishap.LATE or kind in rail.file_mishaps]
    lines = make(town, rail, day, kinds)["planted"] if kinds else []
    spoilt = Spoilt(rail, day, tuple(kinds), {})
    befallen = {
        (line["is_refund"], line[_NAME[line["is_refund"]]]): Mishap(line["kind"]) for line in lines
    }
    if Mishap.NONE in kinds:
        befallen = {_name(one): Mishap.MISSING for one in true}
    elif spoilt.unreadable:
        befallen = {}
    due = await _due(market, rail, true, befallen)
    extra = [line["reference"] for line in lines if line["kind"] == Mishap.EXTRA]
    due |= {number[: rail.number_most]: {_K.UNKNOWN} for number in extra}
    market.note(f"{rail.method} 账单 {day}：{'、'.join(kinds) or '无误'}")
    return Spoilt(rail, day, tuple(kinds), due)


def make(town: Town, rail: Rail, day: date, kinds: Sequence[Mishap] = ()) -> dict[str, Any]:
    """Have the channel make the file of a day, spoilt so."""
    mishaps = [{"kind": str(kind)} for kind in kinds]
    wanted = {"channel": rail.method.value, "day": day.isoformat(), "mishaps": mishaps}
    return at_channel.make(town, wanted)


def _name(one: Movement) -> tuple[bool, str]:
    """A line as differences name it: payments by the channel's number, refunds by ours."""
    return one.is_refund, one.our_id if one.is_refund else one.reference


async def _due(
    market: Market,
    rail: Rail,
    true: Sequence[Movement],
    befallen: Mapping[tuple[bool, str], Mishap],
) -> dict[str, Collection[DifferenceKind]]:
    due: dict[str, Collection[DifferenceKind]] = {}
    for one in true:
        mishap = befallen.get(_name(one))
        if one.is_refund:
            if one.state == rail.stuck_there and mishap is not Mishap.MISSING:
                due[one.our_id] = STUCK
            elif one.state == _WENT_WELL and mishap is not None:
                due[one.our_id] = _OF_REFUNDS
        elif await _is_known(market, rail, one.reference):
            if mishap is not None:
                due[one.reference] = _TYPES[mishap]
        elif mishap is not Mishap.MISSING:
            due[one.reference] = STRANGE
    return due


async def _all_known(market: Market, rail: Rail, true: Sequence[Movement]) -> bool:
    return all(
        [
            one.state != rail.stuck_there
            if one.is_refund
            else await _is_known(market, rail, one.reference)
            for one in true
        ]
    )


async def _is_known(market: Market, rail: Rail, reference: str) -> bool:
    key = (rail.method, reference)
    async with market.ground.look.reading() as tx:
        for region_code in market.ground.world.regions:
            if await payments.known(tx, region_code=region_code, keys=[key]):
                return True
    return False
