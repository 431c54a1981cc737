"""Gallery of declaring: insurances, what to submit, amounts for some years, and proof of it all."""

from __future__ import annotations

from tests.journeys.gallery import AMOUNT, Cast, Picture, at
from tests.journeys.payer import Payer
from tests.journeys.town import BEIJING, Town

from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.operations.declaring.set_amount import set_amount
from shebao.operations.elect import Wish


async def assemble_declaring(town: Town, cast: Cast) -> None:
    """Somebody of Beijing with an amount for two years, and money owed for an earlier one."""
    one = await town.sign_in(await town.insured(BEIJING, AMOUNT))
    await town.decide(one, "resident_pension", "1500.00")
    wish = Wish(
        region_code=BEIJING,
        payer_id=one.person_id,
        entry_channel="baidu",
        enrolment_id=one.enrolments["resident_pension"].id,
        periods=(Period(2025), Period(2026)),
        choice=Choice.read(ChoiceKind.AMOUNT, "3000"),
    )
    await set_amount(town.world, wish)
    cast.declarer = one


async def _wrong_years(payer: Payer, _cast: Cast) -> None:
    await payer.open("/amounts")
    await payer.page.get_by_label("有效年度，从").select_option("2027")
    await payer.page.get_by_label("缴费金额").fill("1")
    await payer.presses("提交")


async def _amount_set(payer: Payer, cast: Cast) -> None:
    assert cast.declarer is not None
    enrolment = cast.declarer.enrolments["resident_pension"]
    await payer.open(f"/amounts/done?enrolment={enrolment.id}")


DECLARING = (
    at("home_beijing", "declarer", "/home", "北京市社保缴费"),
    at("insured", "declarer", "/insured", "参保信息选择"),
    at("insured_nobody", "nobody", "/insured", "选择险种"),
    at("submit_normal", "declarer", "/submit?tab=normal", "缴费信息提交"),
    at("submit_special", "declarer", "/submit?tab=special", "缴费信息提交"),
    at("submit_follows", "amount", "/submit", "缴费信息提交"),
    at("amounts", "declarer", "/amounts", "选择缴费金额"),
    Picture("amounts_wrong", "declarer", _wrong_years, "选择缴费金额"),
    Picture("amount_set", "declarer", _amount_set, "设置成功"),
    at("amount_void", "declarer", "/amounts/void", "缴费金额作废"),
    at("amount_void_nothing", "nobody", "/amounts/void", "缴费金额作废"),
    at("declarations", "declarer", "/declarations", "申报记录查询"),
    at("declarations_none", "nobody", "/declarations", "申报记录"),
)
