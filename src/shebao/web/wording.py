"""Wording: how pages name the things of the core: items, people, why something must wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from shebao.core.bill import Bill, BillKind
from shebao.core.deduction.mandate import SignedAccount
from shebao.core.identity import IdType
from shebao.core.paper import thousands
from shebao.core.period import Period
from shebao.core.person import masked_name
from shebao.core.policy.choice import ChoiceKind
from shebao.core.policy.region import Region
from shebao.core.policy.rules import ByCategory
from shebao.core.policy.scheme import Scheme
from shebao.operations.payables import NotNow, ToChoose
from shebao.store.persons import PersonRow
from shebao.web.drawing import day
from shebao.web.visit import Visit

KIND_NAMES: Final[Mapping[BillKind, str]] = {
    BillKind.YEARLY: "",
    BillKind.MONTHLY: "",
    BillKind.BACK_PAY: "补缴",
    BillKind.LUMP_SUM: "趸缴",
    BillKind.PAID_FOR: "代缴",
    BillKind.TOP_UP: "充值",
}
_DEFAULTS: Final[Mapping[str, str]] = {
    "insured": "选择险种",
    "submit": "缴费类型",
    "amount_setting": "设置缴费金额",
    "amount_voiding": "缴费金额作废",
    "no_amount": "您还没有设置缴费金额，不用作废",
    "declarations": "申报记录",
    "pay": "支付",
    "third_party": "第三方支付",
    "by_agreement": "协议支付",
    "certificate": "缴费证明",
    "more": "更多相关操作",
    "certificate_ask": "证明申请",
    "offices": "线上一站办",
    "choose": "年度缴费",
    "special": "特殊缴费",
    "self": "为自己缴费",
    "others": "帮家人缴费",
    "records": "缴费记录",
    "receipt": "缴费凭证",
    "paid": "已缴费",
    "switch": "换人",
    "open": "确认无误，去支付",
    "batch_tier": "批扣定档",
}
_CHOOSE: Final = {
    ChoiceKind.TIER: "选档次",
    ChoiceKind.AMOUNT: "选金额",
    ChoiceKind.BASE: "选基数",
}
_WAITS: Final = {
    "not_open_yet": "缴费期还没有开始",
    "window_closed": "缴费期已经结束",
    "in_order": "家人或其他人正在缴这一项",
    "in_your_order": "在您的待支付缴费单里",
    "in_batch": "在批量扣款里，由银行扣",
    "in_roster": "在学校、村里或社区的统一缴费单里，由他们付",
    "government_pays": "由政府全额代缴，您不用缴",
    "no_policy": "今年的缴费标准还没有公布",
    "no_policy_in_force": "今年的缴费标准还没有公布",
    "policy_unconfirmed": "今年的缴费标准还没有核实",
    "category_unknown": "还不知道属于哪一类人员，请先问经办机构",
}
# Every reason that is ever written down beside a look.
WHY_LOOKED: Final = {
    "pay_for": "准备帮您缴费",
    "asked": "打开了您发的代付链接",
    "counter_payment": "在柜台为您办理缴费",
    "counter_question": "在柜台为您查询",
    "counter_refund": "在柜台为您办理退费",
    "refund": "审核您的退费申请",
    "objection": "答复您的异议",
    "where_is_the_money": "查您的一笔钱在哪里",
    "roster": "把您列进代收名册",
    "export": "下载了您的全部数据",
}
_WAITS_OTHERWISE: Final = "现在不能缴，请问经办机构"


def city_word(region: Region, key: str) -> str:
    """What a city calls something."""
    return region.words.get(key) or _DEFAULTS[key]


def word_here(visit: Visit, key: str) -> str:
    """What the way somebody came in calls something; else what the city does."""
    return visit.channel.words.get(key) or city_word(visit.region, key)


def item_name(scheme: Scheme) -> str:
    """What is paid, by its full name: 城乡居民基本养老保险费."""
    whole = scheme.top_up is not None or scheme.name.endswith("费")
    return scheme.name if whole else f"{scheme.name}费"


def kind_name(region: Region, kind: BillKind) -> str:
    """What the city calls a kind of payment: 选档缴费, or 特殊缴费."""
    return city_word(region, "special" if kind.special else "choose")


def person_shown(person: PersonRow, *, own: bool) -> Mapping[str, Any]:
    """A person as pages show one: masked."""
    return {
        "id": person.id,
        "name": masked_name(person.name),
        "number": person.number_masked,
        "id_label": IdType(person.id_type).label,
        "own": own,
    }


def account_words(account: SignedAccount) -> str:
    """An account as pages show one: 演练银行 银行卡，尾号 1234."""
    return f"{account.bank} {account.kind.label}，尾号 {account.masked[-4:]}".strip()


def category_name(scheme: Scheme, category: str | None, period: Period) -> str:
    """What kind of person somebody is, as the scheme's table calls it; nothing, without one."""
    return category_names(scheme, period).get(category or "", "")


def category_names(scheme: Scheme, period: Period) -> Mapping[str, str]:
    """What the scheme's table calls each kind of person, by id."""
    rules = [version.rule for version in scheme.versions if version.begins.year <= period.year]
    tables = [rule for rule in rules if isinstance(rule, ByCategory)]
    return {one.id: one.name for rule in reversed(tables) for one in rule.categories}


def bill_line(bill: Bill) -> str:
    """The second line of a bill: 2024 年度 · 5,000.00 元档."""
    kind = KIND_NAMES[bill.kind]
    parts = [bill.period.label, "" if bill.label.startswith(kind) else kind, bill.label]
    return " · ".join(part for part in parts if part)


def deadline(until: date | None, today: date) -> str:
    """Until when, and how long that is: 12 月 31 日前，还有 40 天."""
    if until is None:
        return ""
    left = (until - today).days
    left_words = "今天是最后一天" if left == 0 else f"还有 {left} 天"
    when = f"{until.month} 月 {until.day} 日" if until.year == today.year else day(until)
    return f"{when}截止，{left_words}"


def choose_words(wanted: ToChoose) -> tuple[str, str]:
    """What to choose (选档次), and what was chosen last year."""
    last = wanted.last_choice
    kind = wanted.choice_kind
    return _CHOOSE[kind], f"去年选的是 {last.fen // 100:,} 元" if last else "还没有选"


def waits(not_now: NotNow) -> str:
    """Why something cannot be paid now, and from when it can."""
    why = _WAITS.get(not_now.word, _WAITS_OTHERWISE)
    if not_now.amount:
        why = f"应缴 {thousands(not_now.amount)} 元，由政府全额代缴，您不用缴"
    if not_now.day is None:
        return why
    if not_now.word == "not_open_yet":
        return f"{day(not_now.day)}起可以缴"
    return f"{why}（{day(not_now.day)}截止）"


def who_looked(viewer: str | None, *, own: bool, reason: str) -> str:
    """Who looked at a record, as its owner reads it; who has no name there was at work."""
    if own:
        return "您自己"
    if viewer is None:
        return "代收单位的经办人" if reason == "roster" else "经办人员"
    return viewer


def why_looked(reason: str) -> str:
    """Why somebody looked at a record, as its owner reads it."""
    return WHY_LOOKED[reason]
