"""Gallery of entrances: the pages by which people come in, look after it, and help one another."""

from __future__ import annotations

from tests.journeys.gallery import Cast, Picture, at
from tests.journeys.payer import Payer
from tests.journeys.town import NINGBO, Town

from shebao.operations.family.plead import plead


async def assemble_entrances(town: Town, cast: Cast) -> None:
    """Somebody who has named another, and a link by which another asks."""
    await town.lets_pay_for(cast.nobody, cast.tiers)
    token = await plead(
        town.world,
        region_code=NINGBO,
        entry_channel="wechat_account",
        person_id=cast.tiers.person_id,
        bill_ids=[bill.id for bill in await town.bills_of(cast.tiers) if bill.kind.special],
    )
    cast.paths["asked"] = f"/ask/{NINGBO}/{token}"


async def _at_channel(payer: Payer, channel: str, path: str) -> None:
    await payer.open(f"/?region={NINGBO}&ch={channel}")
    await payer.open(path)


async def _face(payer: Payer, _cast: Cast) -> None:
    await _at_channel(payer, "app", "/sign-in/face")


async def _face_go(payer: Payer, _cast: Cast) -> None:
    one = await payer.town.citizen(NINGBO)
    await _at_channel(payer, "app", "/sign-in/face")
    await payer.page.fill("#name", one.name)
    await payer.page.fill("#number", one.number)
    await payer.presses("下一步")


async def _scan_code(payer: Payer, _cast: Cast) -> None:
    await _at_channel(payer, "etax", "/sign-in/scan")
    await payer.page.context.clear_cookies(name="qr")
    await payer.open("/sign-in/scan")
    await payer.presses("显示二维码")


async def _password_wrong(payer: Payer, _cast: Cast) -> None:
    await _at_channel(payer, "etax", "/sign-in/password")
    await payer.page.fill("#who", "nobody_here")
    await payer.page.fill("#password", "no-such-password")
    await payer.presses("下一步")


async def _password_new_wrong(payer: Payer, _cast: Cast) -> None:
    await payer.open("/me/password")
    await payer.page.fill("#user_name", "王")
    await payer.presses("保存")


async def _consent(payer: Payer, _cast: Cast) -> None:
    payer.who = await payer.town.citizen(NINGBO)
    sign_in = await payer.town.fresh_session(payer.who)
    await payer.page.context.add_cookies([{"name": "sb", "value": sign_in, "url": payer.town.url}])
    await payer.open("/home")


async def _consent_wrong(payer: Payer, cast: Cast) -> None:
    await _consent(payer, cast)
    await payer.presses("同意并继续")


async def _asked(payer: Payer, cast: Cast) -> None:
    await payer.open(cast.paths["asked"])


async def _link_made(payer: Payer, _cast: Cast) -> None:
    await payer.open("/pleas")
    await payer.presses("做一个链接")


ENTRANCES = (
    at("password", "", "/sign-in/password", "登录宁波市社保缴费"),
    Picture("password_wrong", "", _password_wrong, "登录宁波市社保缴费"),
    at("reset", "", "/sign-in/reset", "忘记密码"),
    Picture("scan_code", "", _scan_code, "请用手机扫码"),
    Picture("face", "", _face, "登录宁波市社保缴费"),
    Picture("face_go", "", _face_go, "接下来请刷脸"),
    Picture("consent", "new", _consent, "请先看怎么用您的信息"),
    Picture("consent_wrong", "new", _consent_wrong, "请先看怎么用您的信息"),
    at("account", "tiers", "/me", "我的账户"),
    at("password_new", "tiers", "/me/password", "设用户名和密码"),
    Picture("password_new_wrong", "tiers", _password_new_wrong, "设用户名和密码"),
    at("passkeys", "tiers", "/me/passkeys", "通行密钥"),
    at("places", "tiers", "/me/places", "登录的设备"),
    at("consents", "tiers", "/me/consents", "我同意过的"),
    at("favourites", "nobody", "/family", "常用家人"),
    at("favourites_none", "months", "/family", "常用家人"),
    at("who_saw", "tiers", "/me/who-saw", "谁看过我、谁帮我缴过"),
    at("who_saw_nobody", "months", "/me/who-saw", "谁看过我、谁帮我缴过"),
    Picture("pleas", "tiers", _link_made, "请家人帮我付"),
    Picture("asked", "nobody", _asked, "请您帮忙付社保费"),
)
