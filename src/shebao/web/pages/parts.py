"""Parts (交易组成): what a payment for several people, periods or funds is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.collection import PERSONAL
from shebao.core.money import ZERO, Money
from shebao.core.policy.fund import Fund, Payer
from shebao.operations.order_parts import OrderPart, order_parts
from shebao.web.answers import Answer, Page
from shebao.web.pages.result import line_of, standing
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """Every part with its period and its funds, and what each fund gets in all."""
    session = visit.signed_in
    seen, parts = await order_parts(
        visit.world,
        region_code=session.region_code,
        order_id=visit.parts["order_id"],
        viewer_id=session.person_id,
    )
    funds: dict[str, Money] = {}
    for part in parts:
        for share in part.bill.shares:
            if share.payer == PERSONAL:
                funds[share.fund] = funds.get(share.fund, ZERO) + share.amount
    return Page(
        "parts.html",
        {
            "order": seen.order,
            "standing": standing(seen, visit.world.now()),
            "parts": [_part(visit, part) for part in parts],
            "funds": [{"name": Fund(fund).label, "amount": sum_} for fund, sum_ in funds.items()],
        },
    )


def _part(visit: Visit, part: OrderPart) -> Mapping[str, Any]:
    return {
        **line_of(visit, part.content),
        "funds": [
            {
                "name": Fund(share.fund).label,
                "whose": "" if share.payer == PERSONAL else Payer(share.payer).label,
                "amount": share.amount,
            }
            for share in part.bill.shares
        ],
    }
