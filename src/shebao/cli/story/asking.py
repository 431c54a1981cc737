"""Asking: a clerk asks for somebody's money, another agrees, and it goes back the way it came.

What no channel gives back goes over the counter, or is sent by hand and confirmed by two.
"""

from __future__ import annotations

from shebao.cli.story.hands import until
from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk
from shebao.core.desk.request import RequestState
from shebao.core.policy.returning import Ground
from shebao.core.refund import RefundState
from shebao.operations.books import mend
from shebao.operations.desk import decide
from shebao.operations.desk.pay_out_cash import pay_out_cash
from shebao.operations.desk.requests import Ask, ask_for, look_at_request
from shebao.operations.world import World
from shebao.store import refunds
from shebao.store.receipts import ReceiptInFull

_BY_HAND = frozenset({Method.CASH, Method.POS, Method.COUNTER})


async def gives_back(world: World, receipt: ReceiptInFull, first: Clerk, second: Clerk) -> str:
    """Give the money of a receipt back; how it went. Raises PageDiffers."""
    region_code, number = receipt.receipt.region_code, receipt.receipt.number
    wanted = Ask(region_code, number, Ground.MISTAKEN, "演练：收错了，凭缴费凭证退回")
    request_id = await ask_for(world, wanted, first)
    refund_id = await decide.approve(world, second, request_id)
    if receipt.method in _BY_HAND:
        await _by_hand(world, receipt, refund_id, first, second)

    async def is_done() -> bool:
        seen = await look_at_request(
            world, region_code=region_code, request_id=request_id, viewer_id=receipt.payer_id
        )
        return seen.request.state is RequestState.DONE

    await until(is_done, f"{receipt.method} refund {refund_id} does not arrive")
    return f"{first.name}提出，{second.name}复核"


async def _by_hand(
    world: World, receipt: ReceiptInFull, refund_id: str, first: Clerk, second: Clerk
) -> None:
    async def waits() -> bool:
        async with world.db.reading() as tx:
            refund = await refunds.by_id(
                tx, region_code=receipt.receipt.region_code, refund_id=refund_id
            )
        return refund is not None and refund.state is RefundState.MANUAL

    await until(waits, f"{receipt.method} refund {refund_id} does not wait for a person")
    if receipt.method is Method.CASH:
        await pay_out_cash(world, first, refund_id=refund_id, signed_by=receipt.payer_name)
        return
    repair_id = await mend.propose_sent_by_hand(
        world, first, refund_id, reference=f"演练{refund_id[-6:]}", says="已转账退回"
    )
    await mend.approve(world, second, repair_id)
