"""Navigation: what the pages of clerks show beside their own content: who works, and where to go.

A line is shown to whom its page would let in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shebao.core.desk.clerk import Duty
from shebao.core.person import masked_name
from shebao.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Way:
    """One line of the navigation."""

    path: str
    name: str
    icon: str
    duty: Duty | None = None


WAYS: Final = (
    Way("/console", "工作台", "home"),
    Way("/desk", "柜台收款", "user", Duty.COUNTER),
    Way("/desk/till", "我的钱箱", "card", Duty.COUNTER),
    Way("/desk/payouts", "退付现金", "undo", Duty.COUNTER),
    Way("/desk/cashier", "收款清点", "tier", Duty.CASHIER),
    Way("/desk/overdue", "没有交存的现金", "clock", Duty.CASHIER),
    Way("/collector", "名册代收", "users", Duty.ROSTER),
    Way("/console/collectors", "代收单位", "home", Duty.KEEP_CLERKS),
    Way("/console/applications", "参保登记", "edit", Duty.ENROL),
    Way("/console/refunds", "退费审核", "undo", Duty.READ),
    Way("/console/refunds/new", "替人申请退费", "edit", Duty.REFUND_ASK),
    Way("/console/by-hand", "人工退款", "user", Duty.READ),
    Way("/console/objections", "异议答复", "edit", Duty.READ),
    Way("/console/where", "钱到哪儿了", "search", Duty.READ),
    Way("/console/certificates", "缴费证明", "cert", Duty.READ),
    Way("/console/batches", "批量扣款", "card", Duty.READ),
    Way("/console/books", "每日账务", "list", Duty.READ),
    Way("/console/repairs", "差异复核", "check", Duty.READ),
)


def work_frame(visit: Visit) -> Mapping[str, Any]:
    """What every page of clerks shows around its own content."""
    session = visit.clerk_session
    clerk = session.clerk if session else None
    return {
        "clerk": masked_name(clerk.name) if clerk else "",
        "office": clerk.office if clerk else "",
        "clerk_number": session.number if session else "",
        "ways": [
            {"path": way.path, "name": way.name, "icon": way.icon, "on": way.path == _here(visit)}
            for way in WAYS
            if clerk is not None and (way.duty is None or clerk.may(way.duty))
        ],
    }


def _here(visit: Visit) -> str:
    """The line of the navigation a page belongs to: the longest that its path begins with."""
    found = [way.path for way in WAYS if visit.path.startswith(way.path)]
    return max(found, key=len, default="")
