"""Telling: how pages tell where money is, what became of a request, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.bill import BillKind
from shebao.core.desk.objection import ObjectionState
from shebao.core.desk.request import RequestState
from shebao.core.payment import Misfit
from shebao.core.policy.returning import Ground
from shebao.core.refund import ByHand, Refund, RefundState
from shebao.core.timeline import (
    Holder,
    Standing,
    Stop,
    Timeline,
    Turn,
    WayBack,
    in_groups,
    read_out,
)
from shebao.operations.desk.where import Where
from shebao.operations.issue_receipts import METHOD_NAMES

REQUEST_STATES: Final[Mapping[RequestState, tuple[str, str]]] = {
    RequestState.ASKED: ("等待审核", "wn"),
    RequestState.CHECKED: ("等待复核", "wn"),
    RequestState.APPROVED: ("正在退回", "b"),
    RequestState.DONE: ("已退回", "ok"),
    RequestState.REJECTED: ("未同意", "bd"),
    RequestState.WITHDRAWN: ("已撤回", ""),
}
OBJECTION_STATES: Final[Mapping[ObjectionState, tuple[str, str]]] = {
    ObjectionState.OPEN: ("等待答复", "wn"),
    ObjectionState.UPHELD: ("异议成立", "ok"),
    ObjectionState.DISMISSED: ("异议不成立", ""),
}
WHY_BY_HAND: Final[Mapping[ByHand, tuple[str, str]]] = {
    ByHand.NONE: ("渠道没有退成", "问缴费人收款账户，改用银行转账退回"),
    ByHand.ABNORMAL: ("付款的卡或账户已经停用", "问缴费人另一个账户，退到那里；也可以银行转账"),
    ByHand.REFUSED: ("渠道不受理", "向渠道查明原因；退不成的，改用银行转账退回"),
    ByHand.CHANNEL_GONE: ("这个渠道没有接通", "先向渠道核实有没有退过，没有的再用银行转账退回"),
    ByHand.SILENT: (
        "渠道五天没有说退成还是没退成",
        "先向渠道查明；确实没有退的，再改用银行转账退回",
    ),
    ByHand.HANDED_OVER: ("钱已经清算，不能原路退", "办理退库，退到缴费人的银行账户"),
}
# What a stop is called once it is reached, what before that, and what happens there.
_STOPS: Final[Mapping[Stop, tuple[str, str, str]]] = {
    Stop.ORDERED: ("已下缴费单", "下缴费单", ""),
    Stop.PAID: ("{method}已收款", "付款", "{method}收到钱以后会通知我们"),
    Stop.CLEARED: ("渠道已清算", "渠道清算", "{method}把钱划到征收机关的账户，一般 1 个工作日"),
    Stop.REMITTED: ("国库已入库", "国库入库", "征收机关把钱缴入国库，一般 1 至 3 个工作日"),
    Stop.RECORDED: ("经办机构已记账", "经办机构记账", "入库以后由经办机构记到参保信息里"),
}
# A top-up goes to the medical agency and into one account, past no treasury.
_STOPS_OF_TOP_UPS: Final[Mapping[Stop, tuple[str, str, str]]] = {
    **_STOPS,
    Stop.REMITTED: ("医保已收款", "划转医保", "征收机关把钱划给医保经办机构"),
    Stop.RECORDED: ("已划入个人账户", "划入个人账户", "由医保经办机构划入，到账以后可以刷卡用"),
}
_HOLDERS: Final[Mapping[Holder, str]] = {
    Holder.PAYER: "还在您手里，没有付款",
    Holder.CHANNEL: "{method}",
    Holder.OFFICE: "征收机关的清算账户",
    Holder.TREASURY: "国库",
    Holder.FUND: "社会保险基金",
}
_TURNS: Final[Mapping[Turn, tuple[str, str, str]]] = {
    Turn.ASKED: ("已申请退费", "申请退费", ""),
    Turn.SET_ASIDE: ("这笔钱没有记上", "记账", ""),
    Turn.REFUSED: ("没有同意退费", "审核", ""),
    Turn.WITHDRAWN: ("已撤回申请", "撤回", ""),
    Turn.AGREED: ("已同意退回", "审核", "等经办人审核"),
    Turn.SENT: ("已提交{method}", "提交{method}", "同意以后提交{method}原路退回"),
    Turn.BY_HAND: ("已转人工办理", "人工办理", ""),
    Turn.BACK: ("钱已退回", "钱退回", "一般 1 至 3 个工作日到账"),
}
_MISFITS: Final[Mapping[str, str]] = {
    Misfit.UNKNOWN_ATTEMPT: "没有对应的缴费单",
    Misfit.WRONG_AMOUNT: "金额对不上",
    Misfit.SECOND_PAYMENT: "重复付款",
    Misfit.TOO_LATE: "付款超过时间",
}


def where_told(where: Where) -> Mapping[str, Any]:
    """A timeline as pages show it."""
    line, seen = where.timeline, where.seen
    last = seen.attempts[-1].method if seen.attempts else None
    method = METHOD_NAMES[last] if last else "支付渠道"
    ahead, stops = line.next, _stops_of(where)
    return {
        "order": line.order,
        "code": in_groups(where.code),
        "read_out": read_out(where.code),
        "holder": _holder(line, method),
        "next": stops[ahead][2].format(method=method) if ahead else "",
        "stops": [
            {
                "name": stops[moment.stop][moment.standing is not Standing.DONE].format(
                    method=method
                ),
                "colour": str(moment.standing),
                "at": moment.at if moment.standing is Standing.DONE else None,
                "says": _says(stops[moment.stop][2], moment.standing, method),
            }
            for moment in line.moments
        ],
        "ways_back": [_way_told(way, method) for way in line.ways_back],
        "staying": any(moment.standing is Standing.NOW for moment in line.moments),
    }


def refund_told(refund: Refund | None, state: RequestState) -> str:
    """What happens now with what was asked for, in a sentence."""
    match state:
        case RequestState.ASKED:
            return "经办人会核对您写的情况和凭证。同意以后，凭证作废，钱退回付款的账户。"
        case RequestState.CHECKED:
            return "一名经办人已经看过，等另一名经办人复核。"
        case RequestState.REJECTED:
            return "没有退费，缴费和凭证照旧有效。"
        case RequestState.WITHDRAWN:
            return "没有退费，缴费和凭证照旧有效。需要时可以再申请。"
        case RequestState.DONE:
            return "钱已经退回付款的账户，请在账单里查看。"
        case RequestState.APPROVED:
            by_hand = refund is not None and refund.state is RefundState.MANUAL
            return _BY_HAND if by_hand else _ON_ITS_WAY


_BY_HAND: Final = "原路退不回去，已转经办人办理，会联系您提供收款的银行账户。钱不会丢。"
_ON_ITS_WAY: Final = "已经提交支付渠道原路退回，一般 1 至 3 个工作日到账，不用您再办手续。"


def _stops_of(where: Where) -> Mapping[Stop, tuple[str, str, str]]:
    kinds = {content.kind for content in where.seen.contents}
    return _STOPS_OF_TOP_UPS if kinds == {BillKind.TOP_UP} else _STOPS


def _says(what: str, standing: Standing, method: str) -> str:
    if standing is Standing.NEVER:
        return "没有到这一步"
    if standing is Standing.DONE:
        return ""
    return what.format(method=method)


def _holder(line: Timeline, method: str) -> str:
    """Who has the money; all of it may be on its way back, or back."""
    gone = line.moments[1].standing is Standing.DONE and line.next is None
    if gone and line.holder is not Holder.FUND:
        back = all(way.ended for way in line.ways_back)
        return "已退回付款的账户" if back else "正在退回"
    return _HOLDERS[line.holder].format(method=method)


def _way_told(way: WayBack, method: str) -> Mapping[str, Any]:
    because = way.why
    by_hand = any(one.turn is Turn.BY_HAND for one in way.turns)
    why = Ground(because).label if because in set(Ground) else _MISFITS[because]
    first = next((turn for turn in way.turns if turn.at is None), None)
    return {
        "amount": way.amount,
        "why": why,
        "ended": way.ended,
        "request_id": way.request_id,
        "turns": [
            {
                "name": _TURNS[one.turn][one.at is None].format(method=method),
                "at": one.at,
                "colour": "done" if one.at else "now" if one is first else "ahead",
                "says": _says_back(one.turn, method, by_hand=by_hand) if one.at is None else "",
            }
            for one in way.turns
        ],
    }


def _says_back(turn: Turn, method: str, *, by_hand: bool) -> str:
    """What happens at a stop on the way back that has not been reached."""
    if turn is Turn.BACK and by_hand:
        return "经办人会联系收款人，用银行转账退回"
    return _TURNS[turn][2].format(method=method)
