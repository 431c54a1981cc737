"""Agreed: somebody with a signed account, another being signed, and money that went back."""

from __future__ import annotations

from tests.journeys.town import Resident, Town

from shebao.core.channel import Method, Scene
from shebao.core.deduction.mandate import Mandate
from shebao.core.policy.fund import Fund
from shebao.operations.deduction.confirm import ask_about
from shebao.operations.deduction.reverse import judge_reversals
from shebao.operations.deduction.sign import Signer, sign_mandate
from shebao.operations.pay import Wish, pay


async def agrees(town: Town, one: Resident) -> dict[str, str]:
    """Sign, pay, lose the money again, and begin to sign another account; the addresses of it."""
    active = await _begins(town, one)
    await town.outside.post(f"/sandbox/bank/agreements/{active.id}/sign")
    await ask_about(town.world, region_code=one.region, mandate_id=active.id)
    order_id = await _taken_back(town, one)
    pending = await _begins(town, one)
    return {
        "agreement_active": f"/agreements/{active.id}",
        "agreement_pending": f"/agreements/{pending.id}",
        "result_taken_back": f"/result/{order_id}",
    }


async def _begins(town: Town, one: Resident) -> Mandate:
    signer = Signer(region_code=one.region, person_id=one.person_id, fund=Fund.PENSION)
    return await sign_mandate(town.world, signer)


async def _taken_back(town: Town, one: Resident) -> str:
    await town.decide(one, "resident_pension", "300.00")
    [bill] = [bill for bill in await town.bills_of(one) if bill.kind.special]
    order_id = await town.order(one, bill.id)
    wish = Wish(
        region_code=one.region,
        order_id=order_id,
        payer_id=one.person_id,
        method=Method.AGREEMENT,
        scene=Scene.H5,
        payer_ip="127.0.0.1",
    )
    await pay(town.world, wish)
    [attempt_id] = await town.attempts(one, order_id)
    await town.outside.post(f"/sandbox/bank/payments/{attempt_id}/take-back")
    await judge_reversals(town.world, one.region)
    return order_id
