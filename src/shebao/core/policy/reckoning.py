"""Reckoning (计算): how each of the four rules turns a choice into shares, line by line.

Each function gives the shares, the arithmetic in words, and the name of what was chosen.
`assessment` is the door to them; nobody else calls them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from shebao.core.money import ZERO, Money, Rounding, total
from shebao.core.policy.category import age_in, category_of
from shebao.core.policy.choice import (
    AmountNotWhole,
    AmountOutOfRange,
    BaseNotOffered,
    Choice,
    ChoiceKind,
    ChoiceNeeded,
    NothingToChoose,
    Situation,
    TierNotOffered,
    TierReserved,
)
from shebao.core.policy.fund import Payer, Share
from shebao.core.policy.rules import (
    Aid,
    Base,
    BaseRate,
    ByCategory,
    Category,
    Part,
    Range,
    Tier,
    Tiers,
)
from shebao.core.policy.scheme import PolicyUnconfirmed, Scheme

_SUBSIDY_UNKNOWN: Final = "缴费补贴标准未查到，没有计入"
_ROUNDED: Final = {
    Rounding.HALF_UP: "四舍五入到分",
    Rounding.DOWN: "舍去不足一分的部分",
    Rounding.UP: "不足一分的进为一分",
}


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Shares, the arithmetic in words, and the name of what was chosen."""

    label: str
    shares: tuple[Share, ...]
    lines: tuple[str, ...] = field(default=())


def in_yuan(amount: Money) -> str:
    """An amount as pages write it: 1,000.00 元."""
    return f"{amount.fen // 100:,}.{amount.fen % 100:02d} 元"


def reckon_tier(
    scheme: Scheme, rule: Tiers, situation: Situation, choice: Choice | None
) -> Reckoned:
    """What a chosen tier comes to; the identities government pays for need not choose."""
    aid = aid_for(rule.aids, situation)
    if choice is None and aid is not None:
        choice = Choice(ChoiceKind.TIER, aid.pays)
    amount = _chosen(scheme, choice, ChoiceKind.TIER)
    tier = next((offer for offer in rule.offers if offer.amount == amount), None)
    if tier is None:
        offered = "、".join(str(offer.amount) for offer in rule.offers if not offer.only)
        raise TierNotOffered(str(amount), str(situation.period), offered)
    if not may_take(tier, situation):
        only = "、".join(scheme.identities.get(id_, id_) for id_ in sorted(tier.only))
        raise TierReserved(str(amount), only)
    label = f"{in_yuan(amount)}档"
    lines = [f"选择 {label}，{situation.period.label}应缴 {in_yuan(amount)}"]
    lines += [tier.note] if tier.note else []
    shares = [*_aided(scheme, amount, aid, situation, lines)]
    if tier.subsidy is None:
        lines.append(_SUBSIDY_UNKNOWN)
    else:
        lines.append(f"{label}的缴费补贴为 {in_yuan(tier.subsidy)}，记入个人账户")
        shares.append(Share(scheme.fund, Payer.SUBSIDY, tier.subsidy))
    return Reckoned(label, tuple(shares), tuple(lines))


def reckon_range(
    scheme: Scheme, rule: Range, situation: Situation, choice: Choice | None
) -> Reckoned:
    """What a freely chosen amount comes to, with the subsidy of its band."""
    aid = aid_for(rule.aids, situation)
    if choice is None and aid is not None:
        choice = Choice(ChoiceKind.AMOUNT, aid.pays)
    amount = _chosen(scheme, choice, ChoiceKind.AMOUNT)
    low, high = rule.minimum, rule.maximum
    if not low <= amount <= high:
        raise AmountOutOfRange(str(amount), str(low), str(high))
    if (amount - low).fen % rule.step.fen:
        raise AmountNotWhole(amount=str(amount), step=str(rule.step))
    lines = [f"自选 {in_yuan(amount)}，在 {in_yuan(low)}至 {in_yuan(high)}之间"]
    shares = [*_aided(scheme, amount, aid, situation, lines)]
    shares.append(Share(scheme.fund, Payer.SUBSIDY, _subsidy(rule, amount, situation, lines)))
    return Reckoned(f"{in_yuan(amount)}", tuple(shares), tuple(lines))


def reckon_category(
    scheme: Scheme, rule: ByCategory, situation: Situation, choice: Choice | None
) -> Reckoned:
    """What a person of a kind owes, with the funds that are paid together."""
    if choice is not None:
        raise NothingToChoose(scheme.name)
    category = category_of(rule, situation)
    if category.personal is None:
        note = f"{category.name}的金额未核实"
        raise PolicyUnconfirmed(scheme.name, scheme.region_code, str(situation.period), note)
    lines, age = [], age_in(rule, situation)
    if category.ages and age is not None:
        day = rule.reference.of(situation.period)
        lines.append(f"年龄按 {day} 计算：{age} 岁，属于{category.name}")
    amount = category.personal
    lines.append(f"{situation.period.label}{category.name}个人缴费 {in_yuan(amount)}")
    district = situation.district
    if district is not None and district in category.districts:
        amount = category.districts[district]
        lines.append(f"{scheme.districts[district]}另有标准：{in_yuan(amount)}")
    payer = Payer.PERSONAL
    if situation.identity in rule.free:
        payer = Payer.GOVERNMENT
        lines.append(f"{scheme.identities[situation.identity]}的个人部分由{rule.free_by}全额代缴")
    shares = _bundled(category, Share(scheme.fund, payer, amount), lines)
    if category.fiscal is not None:
        lines.append(f"财政另补助 {in_yuan(category.fiscal)}")
        shares.append(Share(scheme.fund, Payer.FISCAL, category.fiscal))
    return Reckoned(category.name, tuple(shares), tuple(lines))


def reckon_base(
    scheme: Scheme, rule: BaseRate, situation: Situation, choice: Choice | None
) -> Reckoned:
    """What a base and its rates come to; where there is one base, it need not be chosen."""
    base, lines = _base(scheme, rule, situation, choice), []
    if rule.average is not None:
        average = rule.average
        lines.append(
            f"{average.upper} ÷ {average.divisor} × {in_percent(average.share)} = "
            f"{average.exact:.2f}，取 {in_yuan(base.amount)}作基数"
        )
    shares = []
    for part in rule.parts:
        amount, said = reckon_part(rule, part, base.amount)
        lines += said
        shares.append(Share(part.fund, Payer.PERSONAL, amount))
    name = f"（{base.label}）" if base.label else ""
    return Reckoned(f"基数 {in_yuan(base.amount)}{name}", tuple(shares), tuple(lines))


def reckon_part(rule: BaseRate, part: Part, base: Money) -> tuple[Money, list[str]]:
    """What one fund takes of a base. A printed amount wins, be it a fen away."""
    amount = base.at_rate(part.rate, part.rounding)
    exact = (Decimal(base.fen) * part.rate / 100).normalize()
    line = f"{part.fund.label}：{in_yuan(base)} × {in_percent(part.rate)} = {in_yuan(amount)}"
    if exact * 100 != amount.fen:
        line += f"（{exact:f} 元，{_ROUNDED[part.rounding]}）"
    for published in rule.published:
        if published.fund is part.fund and published.base in (None, base):
            printed = f"公布的金额是 {in_yuan(published.amount)}，以公布的为准"
            return published.amount, [line, printed]
    return amount, [line]


def in_percent(rate: Decimal) -> str:
    """A rate as people write it: 8.2%."""
    return f"{(rate * 100).normalize():f}%"


def may_take(tier: Tier, situation: Situation) -> bool:
    """Whether a person may take a tier."""
    return not tier.only or situation.identity in tier.only


def aid_for(aids: Iterable[Aid], situation: Situation) -> Aid | None:
    """What government pays for a person's identity, if it pays anything."""
    return next((aid for aid in aids if situation.identity in aid.identities), None)


def only_base(rule: BaseRate) -> Base | None:
    """The base, where there is only one and nothing to choose."""
    if rule.average is not None:
        return Base(rule.average.amount)
    return rule.bases[0] if len(rule.bases) == 1 else None


def _chosen(scheme: Scheme, choice: Choice | None, wanted: ChoiceKind) -> Money:
    if choice is None or choice.kind is not wanted:
        raise ChoiceNeeded(scheme=scheme.name, wanted=wanted.label)
    return choice.value


def _aided(
    scheme: Scheme, amount: Money, aid: Aid | None, situation: Situation, lines: list[str]
) -> list[Share]:
    """Government pays what it promised, never more than the amount; the person pays the rest."""
    if aid is None:
        return [Share(scheme.fund, Payer.PERSONAL, amount)]
    paid = min(aid.pays, amount)
    identity = scheme.identities.get(situation.identity or "", "")
    lines.append(
        f"{identity}由{aid.whose}代缴 {in_yuan(paid)}，"
        f"本人缴 {amount} − {paid} = {in_yuan(amount - paid)}"
    )
    return [
        Share(scheme.fund, Payer.PERSONAL, amount - paid),
        Share(scheme.fund, Payer.GOVERNMENT, paid),
    ]


def _subsidy(rule: Range, amount: Money, situation: Situation, lines: list[str]) -> Money:
    if not rule.bands:
        lines.append(_SUBSIDY_UNKNOWN)
        return ZERO
    if rule.subsidy_years is not None and situation.subsidised_years >= rule.subsidy_years:
        lines.append(f"缴费补贴累计最多 {rule.subsidy_years} 年，已满，不再补贴")
        return ZERO
    subsidy, said = ZERO, "这一金额没有缴费补贴"
    for index, band in enumerate(rule.bands):
        if band.at_least <= amount:
            above = rule.bands[index + 1 : index + 2]
            until = f"、不到 {in_yuan(above[0].at_least)}" if above else ""
            said = (
                f"满 {in_yuan(band.at_least)}{until}的，"
                f"缴费补贴 {in_yuan(band.subsidy)}，记入个人账户"
            )
            subsidy = band.subsidy
    lines.append(said)
    return subsidy


def _bundled(category: Category, whole: Share, lines: list[str]) -> list[Share]:
    """One payment, several funds: what the others take is taken out of the amount."""
    others = total(money for _, money in category.bundled)
    assert others <= whole.amount
    shares = [Share(whole.fund, whole.payer, whole.amount - others)]
    for fund, money in category.bundled:
        lines.append(
            f"其中{fund.label} {in_yuan(money)}，{whole.fund.label} "
            f"{whole.amount} − {others} = {in_yuan(whole.amount - others)}"
        )
        shares.append(Share(fund, whole.payer, money))
    return shares


def _base(scheme: Scheme, rule: BaseRate, situation: Situation, choice: Choice | None) -> Base:
    single = only_base(rule)
    if choice is None and single is not None:
        return single
    amount = _chosen(scheme, choice, ChoiceKind.BASE)
    if rule.bounds is not None:
        low, high = rule.bounds
        if low <= amount <= high:
            if (amount - low).fen % rule.step.fen:
                raise AmountNotWhole(amount=str(amount), step=str(rule.step))
            return Base(amount)
        raise BaseNotOffered(str(amount), str(situation.period), f"{low} 至 {high}")
    offers = rule.bases if rule.average is None else (Base(rule.average.amount),)
    for base in offers:
        if base.amount == amount:
            return base
    offered = "、".join(str(base.amount) for base in offers)
    raise BaseNotOffered(str(amount), str(situation.period), offered)
