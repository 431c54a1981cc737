"""Policy: how many people a core can reckon a second, and how many receipts it can print."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import date
from typing import Final

from city.residents import REGION, TODAY

from bench.figures import Figure
from bench.run import Run
from shebao.app import now
from shebao.core.identity import IdNumber, IdType
from shebao.core.money import Money
from shebao.core.paper import PaperRow, PaperSource, Party, ReceiptPaper, verify_code
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import Choice, ChoiceKind, Situation
from shebao.gateways.documents.office import Documents
from shebao.store.packs.folder import load_region, packs_folder

_SECOND_NS: Final = 1_000_000_000


async def measure(run: Run) -> list[Figure]:
    """Both, for information."""
    region = load_region(packs_folder() / REGION)
    pension, medical = region.scheme("resident_pension"), region.scheme("resident_medical")
    day, chosen = date.fromisoformat(TODAY), Choice(ChoiceKind.TIER, Money.yuan("1800"))
    who = Situation(period=Period(2024), category="non_working", district="320402")
    documents, paper = Documents(run.folder / "documents", now), _paper()
    works: dict[str, Callable[[], object]] = {
        "policy.tier": lambda: assess(pension, who, chosen, as_of=day),
        "policy.category": lambda: assess(medical, who, None, as_of=day),
        "receipts.printed": lambda: documents.render(paper),
        "receipts.signed": lambda: documents.sign(documents.render(paper)),
    }
    ns = int(run.scale.seconds * _SECOND_NS)
    # In a thread, as the program does it: signing has an event loop of its own.
    return [await asyncio.to_thread(_figure, name, work, ns) for name, work in works.items()]


def _figure(name: str, work: Callable[[], object], ns: int) -> Figure:
    """How often a piece of work can be done in a second of one core, tried for so long."""
    work()
    began, done = time.process_time_ns(), 0
    while (spent := time.process_time_ns() - began) < ns:
        work()
        done += 1
    rate = done * _SECOND_NS / spent
    return Figure(name=name, ours=rate, unit="1/s a core", cpu_us=1_000_000 / rate)


def _paper() -> ReceiptPaper:
    number = "32040023110500000001"
    code = verify_code(number, b"a secret of enough bytes")
    payer = Party("王小芳", IdNumber(IdType.RESIDENT, "32040219800101002X"))
    return ReceiptPaper(
        title="社保费电子缴款凭证",
        number=number,
        region="常州市",
        collector="国家税务总局常州市税务局",
        payer=payer,
        insured=payer,
        rows=(PaperRow("养老保险费", "2023 年度", "1,800 元档", "", Money.yuan("1800")),),
        total=Money.yuan("1800"),
        paid_at="2023-11-05 15:14:08",
        method="微信支付",
        channel_reference="4200002311051234567890123456",
        ticket_number=None,
        sources=(PaperSource("养老保险缴费档次和补贴", "", ("个人 1,800.00 元",)),),
        verify_code=code,
        verify_url=f"http://127.0.0.1:8000/verify?n={number}&c={code}",
        voided=False,
        whole=True,
    )
