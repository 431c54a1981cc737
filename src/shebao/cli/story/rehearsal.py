"""Rehearsal: one way of paying from the first order to the mended books, step by step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import httpx

from shebao.cli.demo_mandates import sign_at_bank
from shebao.cli.demo_residents import move_in, resident
from shebao.cli.story.asking import gives_back
from shebao.cli.story.browser import PageDiffers
from shebao.cli.story.files import PLANTED, Files, only
from shebao.cli.story.hands import Hands, Rail, until
from shebao.cli.story.outside import Outside
from shebao.cli.story.walk import Tell, broke_off, done
from shebao.core.bill import BillKind
from shebao.core.books.reconciliation import DifferenceKind, ends_earlier
from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.fund import Fund
from shebao.core.refund import RefundState
from shebao.core.refusals import Refusal, Unanswered
from shebao.gateways.transport import Transport
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.world import SHANGHAI, World
from shebao.store import bills, receipts, refunds
from shebao.store.receipts import ReceiptInFull

WRONG: Final = (PageDiffers, httpx.HTTPError, Refusal, Unanswered, LookupError)
_UNTOLD: Final = Money.yuan("66")
_LABELS: Final = {"paid": "演练：缴费", "expired": "演练：放弃", "refunded": "演练：退费"}


@dataclass(slots=True)
class Rehearsal:
    """One way of paying, gone through once. Its amounts are its own, to be told apart by."""

    world: World
    outside: Outside
    tell: Tell
    rail: Rail
    crews: Mapping[str, tuple[Clerk, Clerk]]  # The two clerks of each region.
    amounts: Mapping[str, Money]  # By step: paid, expired, refunded.
    _owed: dict[str, str] = field(default_factory=dict)
    _payer_id: str = ""
    _paid_on: date | None = None  # The day whose file has the sum that was paid.

    async def step(self, name: str, act: Callable[[], Awaitable[dict[str, object]]]) -> bool:
        """Do a step and tell of it, whichever way it went."""
        step = f"rail:{self.rail.method}:{name}"
        try:
            facts = await act()
        except WRONG as wrong:
            broke_off(self.tell, self.rail.region, step, f"{type(wrong).__name__} {wrong}")
            return False
        done(self.tell, self.rail.region, step, **facts)
        return True

    async def moves_in(self) -> bool:
        """The payer is there, owes three sums, and has signed at the bank if that is needed."""
        return await self.step("owed", self._moves_in)

    async def moves_money(self) -> bool:
        """One sum is paid, one order given up, one sum asked back."""
        return all(
            [
                await self.step("paid", self._pays),
                await self.step("expired", self._gives_up),
                await self.step("refunded", self._asks_back),
            ]
        )

    async def compares(self) -> bool:
        """Its file agrees; what is wrong with it on purpose is found, and put right."""
        if self.rail.method not in self.world.statements:
            return True  # Cash is on nobody's statement.
        agrees = await self.step("reconciled", self._agrees)
        if self.rail.method is Method.WECHAT:
            return await self.step("mended", self._takes_in) and agrees
        return await self.step("mended", self._mends) and agrees

    async def _moves_in(self) -> dict[str, object]:
        one = resident(self.rail.key)
        person, belongs = await move_in(self.world, one)
        self._payer_id = person.id
        decisions = [
            Decision(
                kind=BillKind.BACK_PAY,
                period=Period(2022),
                amount=amount,
                government=Money(0),
                document=f"演练-{self.rail.method}-{step}",
                label=_LABELS[step],
            )
            for step, amount in self.amounts.items()
        ]
        await push_decisions(self.world, enrolment=belongs[0], decisions=decisions)
        async with self.world.db.reading() as tx:
            held = await bills.of_persons(tx, region_code=self.rail.region, person_ids=[person.id])
        owed = {owing.bill.amount: owing.bill.id for owing in held[person.id]}
        self._owed = {step: owed[amount] for step, amount in self.amounts.items()}
        if self.rail.method is Method.AGREEMENT:
            await self._signs()
        return {"note": f"{one['name']} 三笔补缴"}

    async def _signs(self) -> None:
        transport, one = Transport(), resident(self.rail.key)
        try:
            url = self.outside.url
            await sign_at_bank(self.world, transport, url, one, Fund.PENSION)
        finally:
            await transport.close()

    async def _pays(self) -> dict[str, object]:
        receipt = await self._paid("paid")
        self._paid_on = self._day(receipt.paid_at)
        return {"amount_fen": receipt.receipt.amount.fen, "receipt": receipt.receipt.number}

    async def _gives_up(self) -> dict[str, object]:
        hands = self._hands()
        return {"note": await hands.gives_up(await hands.opens(self._owed["expired"]))}

    async def _asks_back(self) -> dict[str, object]:
        receipt = await self._paid("refunded")
        note = await gives_back(self.world, receipt, *self.crews[self.rail.region])
        return {"amount_fen": receipt.receipt.amount.fen, "note": note}

    async def _agrees(self) -> dict[str, object]:
        await self._files().must_agree()
        return {"note": "对账单与总账一致"}

    async def _mends(self) -> dict[str, object]:
        files = self._files()
        found = await files.spoilt()
        await files.put_right(found, *self.crews[found.region_code])
        return {"note": f"{PLANTED[self.rail.method][0]} 查为 {found.kind}，挂账后冲回"}

    async def _takes_in(self) -> dict[str, object]:
        """Money nobody told us of is found in the file, taken in, and goes back by itself."""
        region = self.rail.region
        url = self.world.notify_url(region, Method.WECHAT)
        number = await self.outside.receives_untold(_UNTOLD.fen, url)
        files = Files(self.world, self.outside, Method.WECHAT, self._day(self.world.now()))
        found = only(await files.comes(), DifferenceKind.UNKNOWN, "untold money")
        await files.take_in(found, *self.crews[found.region_code])

        async def is_back() -> bool:
            async with self.world.db.reading() as tx:
                tries = await refunds.of_payment(
                    tx, region_code=found.region_code, method=Method.WECHAT, reference=number
                )
            return [one.state for one in tries] == [RefundState.SUCCEEDED]

        await until(is_back, f"{number} does not go back")
        await files.must_agree()
        return {"amount_fen": _UNTOLD.fen, "note": "渠道没有通知的钱，对账查出，补记后自动退回"}

    async def _paid(self, step: str) -> ReceiptInFull:
        """Pay one sum; its receipt."""
        hands, region = self._hands(), self.rail.region
        await hands.pays(await hands.opens(self._owed[step]))
        async with self.world.db.reading() as tx:
            records = await receipts.of_person(tx, region_code=region, person_id=self._payer_id)
            [number] = [one.number for one in records if one.amount == self.amounts[step]]
            return await receipts.by_number(tx, region_code=region, number=number)

    def _hands(self) -> Hands:
        return Hands(
            self.world, self.outside, self.rail, self._payer_id, self.crews[self.rail.region][0]
        )

    def _files(self) -> Files:
        """The file that has what was paid, though midnight may have come since."""
        if self._paid_on is None:
            raise PageDiffers("nothing was paid")
        return Files(self.world, self.outside, self.rail.method, self._paid_on)

    def _day(self, moved_at: datetime) -> date:
        """The day whose file has what moved then: some channels begin it an hour early."""
        return (moved_at + ends_earlier(self.rail.method)).astimezone(SHANGHAI).date()
