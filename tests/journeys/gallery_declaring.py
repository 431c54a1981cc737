"""Gallery of declaring: insurances, what to submit, amounts for some years, and proof of it all."""

from __future__ import annotations

from tests.journeys.gallery import AMOUNT, Cast, Picture, at
from tests.journeys.payer import Payer
from tests.journeys.town import BEIJING, Town

from shebao.core.certificate import stretch
from shebao.core.paper import verify_code
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.operations.declaring.set_amount import set_amount
from shebao.operations.elect import Wish
from shebao.operations.proofs.certify import Proof, certify


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
    await _certified(town, cast)


async def _certified(town: Town, cast: Cast) -> None:
    """A certificate of what somebody has paid, who looks at the other pages of payments too."""
    one = cast.months
    first, last = stretch("2010-01", "2026-12")
    proof = Proof(region_code=one.region, person_id=one.person_id, first=first, last=last)
    number = await certify(town.world, proof)
    code = verify_code(number, town.world.vault.hash("receipt codes"))
    cast.paths |= {
        "certificate": f"/certificates/{number}",
        "proof": f"/verify?n={number}&c={code}",
    }


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
    at("certificate_new", "months", "/certificates/new?from=2010-01&to=2026-12", "证明申请"),
    at("certificate_none", "nobody", "/certificates/new", "证明申请"),
    at("certificate", "months", "{certificate}", "缴费证明"),
    at("certificates", "months", "/certificates", "我的证明"),
    at("certificates_none", "nobody", "/certificates", "我的证明"),
    at("verify_certificate", "", "{proof}", "凭证验真"),
    at("records_between", "months", "/records?from=2016-12&to=2010-01", "缴费记录"),
    at("offices", "tiers", "/offices", "线上一站办"),
    at("office", "tiers", "/offices/330213", "奉化区 · 按部门"),
    at("office_of_city", "tiers", "/offices/330203", "海曙区 · 按部门"),
    at("submit_ningbo", "tiers", "/submit", "缴费类型"),
    at("declarations_none", "nobody", "/declarations", "申报记录"),
)
