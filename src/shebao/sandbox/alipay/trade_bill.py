"""Trade bill (业务明细): Alipay's list of the payments and refunds of a day, in a zip.

Everything in it is GBK, also the names of its two parts, and the zip does not say so. Numbers
end with a tab, lest a spreadsheet round them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.alipay.trades import BUYER
from shebao.sandbox.channel.movements import Mishap, Movement, span, yuan
from shebao.sandbox.town import Town

_DETAIL: Final = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,"
    "商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_SUMMARY: Final = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,"
    "支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
)
_PAID: Final = """
    SELECT * FROM alipay_trades
    WHERE paid_at >= :begins AND paid_at < :ends ORDER BY paid_at, out_trade_no
"""
_BACK: Final = """
    SELECT back.*, alipay_trades.trade_no, alipay_trades.subject
    FROM alipay_refunds AS back JOIN alipay_trades USING (out_trade_no)
    WHERE succeeded_at >= :begins AND succeeded_at < :ends
    ORDER BY succeeded_at, out_request_no
"""
_NOTHING: Final = "0.00"


class _InGbk(zipfile.ZipInfo):
    """A part whose name is written in GBK, without a word about it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  The library's name.
        return self.filename.encode("gbk"), self.flag_bits


def movements(town: Town, day: date) -> Sequence[Movement]:
    """What happened to the seller's money on a day, payments first."""
    facts = dict(span(day))
    paid = [
        Movement(
            is_refund=False,
            our_id=row["out_trade_no"],
            reference=row["trade_no"],
            paid_id=row["out_trade_no"],
            paid_reference=row["trade_no"],
            fen=row["total_fen"],
            at=row["paid_at"],
            name=row["subject"],
            payer=BUYER,
        )
        for row in town.ledger.rows(_PAID, facts)
    ]
    back = [
        Movement(
            is_refund=True,
            our_id=row["out_request_no"],
            reference=row["trade_no"],
            paid_id=row["out_trade_no"],
            paid_reference=row["trade_no"],
            fen=row["refund_fen"],
            at=row["succeeded_at"],
            name=row["subject"],
            payer=BUYER,
        )
        for row in town.ledger.rows(_BACK, facts)
    ]
    return paid + back


def written(town: Town, day: date, lines: Sequence[Movement], mishaps: frozenset[Mishap]) -> bytes:
    """The zip: the list, and its summary before it; nobody promised an order."""
    owner = f"{town.alipay_keys.seller_id}0156"
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as packed:
        for name, text in (
            ("业务明细(汇总)", _summary(owner, day, lines)),
            ("业务明细", _detail(owner, day, lines, mishaps)),
        ):
            part = _InGbk(
                f"{owner}_{day:%Y%m%d}_{name}.csv", clock.at(clock.now_ms()).timetuple()[:6]
            )
            part.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(part, text.encode("gb18030"))
    return inside.getvalue()


def _detail(owner: str, day: date, lines: Sequence[Movement], mishaps: frozenset[Mishap]) -> str:
    whole = [*_head("业务明细", owner, day), _DETAIL, *(_line(one) for one in lines)]
    if Mishap.CUT_SHORT not in mishaps:
        paid = [one.fen for one in lines if not one.is_refund]
        back = [one.fen for one in lines if one.is_refund]
        total = yuan(sum(paid) + int(Mishap.TOTALS_WRONG in mishaps))
        whole += [
            f"#{'-' * 41}业务明细列表结束{'-' * 36}",
            f"#交易合计：{len(paid)}笔，商家实收共{total}元，商家优惠共0.00元",
            f"#退款合计：{len(back)}笔，商家实收退款共{yuan(-sum(back))}元，商家优惠退款共0.00元",
            f"#导出时间：[{_moment(clock.now_ms())}]",
        ]
    return "\r\n".join(whole) + "\r\n"


def _summary(owner: str, day: date, lines: Sequence[Movement]) -> str:
    paid = [one for one in lines if not one.is_refund]
    back = [one for one in lines if one.is_refund]
    got = sum(one.fen for one in paid) - sum(one.fen for one in back)
    kept = sum(one.fee_fen for one in back) - sum(one.fee_fen for one in paid)
    counts = f"{len(paid)},{len(back)}"
    amounts = ",".join(
        [yuan(got), yuan(got), *[_NOTHING] * 3, yuan(kept), _NOTHING, yuan(got + kept)]
    )
    head = _head("业务汇总", owner, day)
    rows = [_SUMMARY, f"\t,\t,{counts},{amounts}", f"合计,\t,{counts},{amounts}"]
    end = [f"#{'-' * 41}业务汇总列表结束{'-' * 36}", f"#导出时间：[{_moment(clock.now_ms())}]"]
    return "\r\n".join([*head, *rows, *end]) + "\r\n"


def _head(name: str, owner: str, day: date) -> list[str]:
    begins, ends = span(day)["begins"], span(day + timedelta(days=1))["begins"]
    return [
        f"#支付宝{name}查询",
        f"#账号：[{owner}]",
        f"#起始日期：[{_moment(begins)}]   终止日期：[{_moment(ends)}]",
        f"#{'-' * 41}{name}列表{'-' * 40}",
    ]


def _line(one: Movement) -> str:
    if one.spoilt:
        return f"{one.paid_reference}\t,??"
    sign = -1 if one.is_refund else 1
    amount, moment = yuan(sign * one.fen), clock.said(one.at)
    return ",".join(
        [
            *(f"{one.paid_reference}\t", f"{one.paid_id}\t", "退款" if one.is_refund else "交易"),
            *(one.name, moment, moment, "\t", "", "", "\t", one.payer, amount, amount),
            *(*[_NOTHING] * 5, "", *[_NOTHING] * 2),
            *(f"{one.our_id if one.is_refund else ''}\t", yuan(-sign * one.fee_fen), _NOTHING, ""),
        ]
    )


def _moment(ms: int) -> str:
    return f"{clock.at(ms):%Y年%m月%d日 %H:%M:%S}"
