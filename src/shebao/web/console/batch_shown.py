"""Batch shown: the steps of a run, its packets, and why lines ended, as the console words them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shebao.core.deduction.batch import BatchState
from shebao.core.deduction.line import LineState, Reason
from shebao.core.deduction.packet import Packet, PacketStanding
from shebao.core.money import total
from shebao.operations.batch.look import BatchSeen
from shebao.store.batch.outcomes import Counted

_STANDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("没有送出", ""),
    PacketStanding.WAITING: ("银行在读", "b"),
    PacketStanding.ACCEPTED: ("银行已受理", "b"),
    PacketStanding.ANSWERED: ("已回盘", "ok"),
    PacketStanding.REFUSED: ("银行整包拒收", "bd"),
    PacketStanding.UNHEARD_OF: ("银行没有收到", "wn"),
}
_ORDER: Final = (
    BatchState.BUILDING, BatchState.BUILT, BatchState.SIGNED, BatchState.SENT, BatchState.ACKED,
    BatchState.RETURNED, BatchState.CLOSED,
)  # fmt: skip


def flow_shown(seen: BatchSeen, names: Mapping[str, str], posted: int) -> list[Mapping[str, str]]:
    """The steps of a run, each with what can be said of it."""
    batch = seen.batch
    come, parts = len(seen.answers), sum(max(one.parts, 1) for one in seen.packets if one.lines)
    at = _ORDER.index(batch.state) if batch.state in _ORDER else -1
    said = (
        ("制作", 1, f"{names.get(batch.built_by, '系统')} · {batch.lines:,} 人"),
        ("复核", 2, names.get(batch.signed_by, "") or "等另一名经办人"),
        ("送盘", 3, f"{batch.sent:,} 笔" if batch.sent else "复核以后"),
        ("回盘", 5, f"已收 {come} / {parts} 份" if batch.sent else "等银行"),
        ("入账", 6, f"{posted:,} 笔" if posted else "回盘以后"),
    )
    now = next((place for place, (_, done, _) in enumerate(said) if at < done), len(said))
    return [
        {"name": name, "says": says, "is": "done" if at >= done else "now" if place == now else ""}
        for place, (name, done, says) in enumerate(said)
    ]


def packet_shown(seen: BatchSeen, one: Packet) -> Mapping[str, Any]:
    """One packet: how its bank says it stands, and what has come back."""
    said, colour = _STANDINGS[one.standing]
    mine = [answer for answer in seen.answers if answer.packet == one.packet]
    return {
        "packet": one,
        "said": said,
        "colour": colour,
        "come": len(mine),
        "lines": sum(answer.lines for answer in mine),
    }


def reasons_shown(
    counts: Sequence[Counted], state: LineState, then: str
) -> list[Mapping[str, Any]]:
    """Why lines ended so, the most first, each with its share."""
    found = sorted((one for one in counts if one.state is state), key=lambda one: -one.lines)
    whole = sum(one.lines for one in found)
    return [
        {
            "id": one.reason,
            "name": Reason(one.reason).label,
            "lines": one.lines,
            "amount": one.amount,
            "share": share(one.lines, whole),
            "then": then,
        }
        for one in found
    ]


def ends_shown(counts: Sequence[Counted]) -> list[Mapping[str, Any]]:
    """How many lines stand where."""
    by_state: dict[LineState, list[Counted]] = defaultdict(list)
    for one in counts:
        by_state[one.state].append(one)
    return [
        {
            "name": state.label,
            "lines": sum(one.lines for one in some),
            "amount": total(one.amount for one in some),
        }
        for state, some in by_state.items()
    ]


def share(part: int, whole: int) -> int:
    """A part of a whole, in hundredths."""
    return part * 100 // whole if whole else 0
