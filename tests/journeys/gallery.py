"""Gallery: every page there is, each with somebody before it who has reason to see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.journeys.agreed import agrees
from tests.journeys.payer import Payer
from tests.journeys.town import BEIJING, CHANGZHOU, NINGBO, WUXI, Resident, Town

from shebao.core.attempt import AttemptEvent
from shebao.core.channel import Scene
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.operations.elect import Wish, elect
from shebao.operations.enrol import Membership
from shebao.operations.expire import withdraw
from shebao.store import attempts

LAST = Money.yuan("800")
TIERS = Membership(scheme="resident_pension", district="330212", last_choice=LAST)
AMOUNT = Membership(scheme="resident_pension", district="110106", last_choice=Money.yuan("2000"))
PENSION = Membership(scheme="flexible_pension", district="320211", last_choice=Money.yuan("4494"))
MEDICAL = Membership(scheme="flexible_medical", district="320211", last_choice=Money.yuan("4494"))
ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
CHILD = Membership(scheme="resident_medical", district="320402", category="minor")


@dataclass(eq=False)
class Cast:
    """Who stands before the pages, and the addresses of what is theirs."""

    tiers: Resident
    amount: Resident
    months: Resident
    family: Resident
    nobody: Resident
    paths: dict[str, str]
    declarer: Resident | None = None  # Of Beijing, whom gallery_declaring.py brings in.
    holder: Resident | None = None  # Of a social-security card, in Wuxi.
    choosing: Resident | None = None  # What to pay together in three cities; then paying it.
    paying: Resident | None = None
    joined: Resident | None = None  # Who has paid for three cities at once.


async def assemble(town: Town) -> Cast:
    """Bring everybody into the state their pages show."""
    tiers = await town.sign_in(await town.insured(NINGBO, TIERS))
    await town.decide(tiers, "resident_pension", "1000.00")
    await _elect(town, tiers, "5000")
    cast = Cast(
        tiers=tiers,
        amount=await town.sign_in(await town.insured(BEIJING, AMOUNT)),
        months=await town.sign_in(await town.insured(WUXI, PENSION, MEDICAL)),
        family=await town.sign_in(await town.insured(CHANGZHOU, ADULT)),
        nobody=await town.sign_in(await town.citizen(NINGBO)),
        paths={},
    )
    cast.paths |= {
        "choose_tier": f"/choose/{tiers.enrolments['resident_pension'].id}",
        "choose_amount": f"/choose/{cast.amount.enrolments['resident_pension'].id}",
        "choose_base": f"/choose/{cast.months.enrolments['flexible_pension'].id}",
    }
    await _together(town, cast)
    await _orders(town, cast)
    cast.paths |= await agrees(town, cast.amount)
    return cast


async def _elect(town: Town, one: Resident, amount: str) -> None:
    await elect(
        town.world,
        Wish(
            region_code=one.region,
            payer_id=one.person_id,
            entry_channel=town.world.region(one.region).default_channel,
            enrolment_id=one.enrolments["resident_pension"].id,
            periods=(Period(2024),),
            choice=Choice.read(ChoiceKind.TIER, amount),
        ),
    )


async def _together(town: Town, cast: Cast) -> None:
    """A child whom somebody pays for together with themselves."""
    child = await town.insured(CHANGZHOU, CHILD, born="20150520")
    await town.lets_pay_for(cast.family, child)
    people = f"person={cast.family.person_id}&person={child.person_id}"
    bills = [bill for one in (cast.family, child) for bill in await town.bills_of(one)]
    cast.paths["items_family"] = f"/items?{people}"
    cast.paths["confirm_family"] = f"/confirm?{people}&" + "&".join(
        f"bill={bill.id}" for bill in bills
    )


async def _orders(town: Town, cast: Cast) -> None:
    """One order in every state somebody may look at."""
    one = cast.months
    for year in range(2010, 2017):
        await town.decide(one, "flexible_pension", f"{year}.00", year=f"{year}")
    special = [bill for bill in await town.bills_of(one) if bill.kind.special]
    left, *orders = [bill.id for bill in special]
    cast.paths["confirm"] = f"/confirm?bill={left}&person={one.person_id}"
    states = ("open", "waiting", "scan", "failed", "over", "paid")
    ids = {state: await town.order(one, bill) for state, bill in zip(states, orders, strict=True)}
    await town.cashier(one, ids["waiting"])
    await town.cashier(one, ids["scan"], Scene.NATIVE)
    await _refused(town, one, await town.cashier(one, ids["failed"]))
    await withdraw(town.world, region_code=one.region, order_id=ids["over"], payer_id=one.person_id)
    await town.plays(await town.cashier(one, ids["paid"]))
    cast.paths |= {f"result_{state}": f"/result/{ids[state]}" for state in ids}
    cast.paths["pay"] = f"/orders/{ids['open']}/pay"
    cast.paths["scan"] = f"/orders/{ids['scan']}/scan"


async def _refused(town: Town, one: Resident, attempt_id: str) -> None:
    """What a channel's refusal leaves behind."""
    async with town.world.db.transaction() as tx:
        attempt = await attempts.by_id(tx, region_code=one.region, attempt_id=attempt_id)
        await attempts.keep_words(tx, attempt, "付款银行余额不足")
        await attempts.step(
            tx,
            region_code=one.region,
            moves=[(attempt, AttemptEvent.REFUSED)],
            at=town.world.now(),
        )


Show = Callable[[Payer, Cast], Awaitable[None]]


@dataclass(frozen=True)
class Picture:
    """One page: its name, who looks at it, how they come to it, and its heading."""

    name: str
    who: str
    show: Show
    title: str


def at(name: str, who: str, path: str, title: str) -> Picture:
    """A page that an address leads to; an address in brackets is one of the cast's."""

    async def show(payer: Payer, cast: Cast) -> None:
        await payer.open(path.format_map(cast.paths))

    return Picture(name, who, show, title)


async def _wrong_sign_in(payer: Payer, _cast: Cast) -> None:
    await payer.open(f"/?region={NINGBO}")
    await payer.page.fill("#number", "33021219790203")
    await payer.page.fill("#phone", "1380")
    await payer.presses("获取验证码")


async def _code(payer: Payer, _cast: Cast) -> None:
    payer.who = await payer.town.citizen(NINGBO)
    await payer.open(f"/?region={NINGBO}")
    await payer.fills_in_who()
    await payer.presses("获取验证码")


async def _wrong_code(payer: Payer, cast: Cast) -> None:
    await _code(payer, cast)
    await payer.comes_to("请填写短信验证码")
    await payer.page.fill("#code", "12345")
    await payer.presses("登录")


async def _wrong_amount(payer: Payer, cast: Cast) -> None:
    await payer.open(cast.paths["choose_amount"])
    await payer.page.fill("#choice", "999")
    await payer.presses("下一步")


async def _wrong_person(payer: Payer, _cast: Cast) -> None:
    await payer.open("/for-whom/other")
    await payer.presses("下一步")


async def _receipt(payer: Payer, cast: Cast) -> None:
    await payer.open(cast.paths["result_paid"])
    await payer.presses("看缴费凭证")


async def _verified(payer: Payer, cast: Cast) -> None:
    await _receipt(payer, cast)
    await payer.presses("验证这份凭证")


async def _silence(payer: Payer, cast: Cast) -> None:
    await payer.town.goes_wrong("identity_down", count=10)
    await _code(payer, cast)


PICTURES = (
    at("city", "", "/?choose=1", "您在哪里参保"),
    at("sign_in", "", f"/?region={NINGBO}", "登录宁波市社保缴费"),
    at("sign_in_expired", "", "/sign-in?next=/items&expired=1", "登录宁波市社保缴费"),
    Picture("sign_in_wrong", "", _wrong_sign_in, "登录宁波市社保缴费"),
    Picture("code", "", _code, "请填写短信验证码"),
    Picture("code_wrong", "", _wrong_code, "请填写短信验证码"),
    Picture("silence", "", _silence, "对方还没有回音"),
    at("home", "tiers", "/home", "宁波市社保缴费"),
    at("home_not_enrolled", "nobody", "/home", "宁波市社保缴费"),
    at("for_whom", "family", "/for-whom", "为谁缴费"),
    at("for_whom_oneself_only", "amount", "/for-whom", "为谁缴费"),
    at("for_whom_other", "tiers", "/for-whom/other", "您要帮谁缴费"),
    Picture("for_whom_wrong", "tiers", _wrong_person, "您要帮谁缴费"),
    at("items", "tiers", "/items", "选择要缴的项目"),
    at("items_months", "months", "/items", "选择要缴的项目"),
    at("items_family", "family", "{items_family}", "选择要缴的项目"),
    at("items_not_enrolled", "nobody", "/items", "选择要缴的项目"),
    at("choose_tier", "tiers", "{choose_tier}", "选择 2024 年缴费档次"),
    at("choose_amount", "amount", "{choose_amount}", "选择 2025 年缴费金额"),
    Picture("choose_amount_wrong", "amount", _wrong_amount, "选择 2025 年缴费金额"),
    at("choose_base", "months", "{choose_base}", "选择缴费基数和月份"),
    at("confirm", "months", "{confirm}", "请核对缴费信息"),
    at("confirm_family", "family", "{confirm_family}", "请核对缴费信息"),
    at("pay", "months", "{pay}", "应缴金额"),
    at("scan", "months", "{scan}", "请用微信支付扫码"),
    at("result_waiting", "months", "{result_waiting}", "正在确认支付结果"),
    at("result_failed", "months", "{result_failed}", "支付没有完成"),
    at("result_over", "months", "{result_over}", "已作废"),
    at("result_paid", "months", "{result_paid}", "缴费成功"),
    at("result_taken_back", "amount", "{result_taken_back}", "银行把这笔钱退回了您的账户"),
    at("agreements", "amount", "/agreements", "协议扣款"),
    at("agreements_none", "nobody", "/agreements", "协议扣款"),
    at("agreement_active", "amount", "{agreement_active}", "养老保险签约"),
    at("agreement_pending", "amount", "{agreement_pending}", "养老保险签约"),
    at("unpaid", "months", "/unpaid", "待支付"),
    at("unpaid_none", "nobody", "/unpaid", "待支付"),
    at("records", "months", "/records", "缴费记录"),
    at("records_none", "nobody", "/records?tab=others", "查记录"),
    Picture("receipt", "months", _receipt, "社保费电子缴款凭证"),
    at("verify", "", "/verify", "凭证验真"),
    Picture("verify_valid", "months", _verified, "凭证验真"),
    at("verify_unknown", "", "/verify?n=1&c=2", "凭证验真"),
    at("help", "", "/help", "使用帮助"),
    at("privacy", "", "/privacy", "隐私"),
    at("accessibility", "", "/accessibility", "无障碍说明"),
    at("nowhere", "", "/nowhere", "没有找到这个页面"),
)
