"""Papers: receipts of four cities to print in tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from shebao.core.identity import IdNumber, IdType, check_digit
from shebao.core.money import Money, total
from shebao.core.paper import PaperRow, PaperSource, Party, ReceiptPaper, verify_code

NOW: Final = datetime(2026, 11, 21, 7, 14, 8, tzinfo=UTC)
NUMBER: Final = "rct01JABCDEFGHJKMNPQRSTVWXYZ0"
CODE: Final = verify_code(NUMBER, b"a secret of enough bytes")
URL: Final = f"http://127.0.0.1:8000/verify?n={NUMBER}&c={CODE}"
WANG: Final = Party(
    "王小芳", IdNumber(IdType.RESIDENT, "33028319491231002" + check_digit("33028319491231002"))
)
CHILD: Final = Party("阿依古丽·买买提江", IdNumber(IdType.BIRTH_CERTIFICATE, "P330123456"))
PENSION: Final = PaperRow(
    "城乡居民基本养老保险费",
    "2024-01-01 至 2024-12-31",
    "5,000 元/年",
    "",
    Money.yuan("5000"),
)
FLEXIBLE: Final = tuple(
    PaperRow(f"灵活就业人员基本{fund}保险费", "2026-01 至 2026-01", "4,494.00 元/月", rate, amount)
    for fund, rate, amount in (
        ("养老", "20%", Money.yuan("898.80")),
        ("医疗", "9%", Money.yuan("404.46")),
        ("失业", "1%", Money.yuan("44.94")),
    )
)
SOURCE: Final = PaperSource(
    "关于调整城乡居民基本养老保险缴费标准的通知",
    "甬人社发〔2023〕41号",
    ("5,000 元/年 × 1 年 = 5,000.00 元",),
)


def paper(
    *,
    title: str = "缴费回执",
    payer: Party = WANG,
    insured: Party = WANG,
    rows: tuple[PaperRow, ...] = (PENSION,),
    voided: bool = False,
    whole: bool = True,
) -> ReceiptPaper:
    """Make a receipt, of Ningbo unless told otherwise."""
    return ReceiptPaper(
        title=title,
        number=NUMBER,
        region="宁波市",
        collector="国家税务总局宁波市税务局",
        payer=payer,
        insured=insured,
        rows=rows,
        total=total(row.amount for row in rows),
        paid_at="2026-11-21 15:14:08",
        method="微信支付",
        channel_reference="4200002711202611211234567890",
        ticket_number=None,
        sources=(SOURCE,),
        verify_code=CODE,
        verify_url=URL,
        voided=voided,
        whole=whole,
    )
