"""Every way into the pages, in a real browser: the password and its second steps, a face, a portal."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.conftest import keep
from tests.journeys.town import NINGBO, WUXI

from shebao.operations.entrance.password import choose_password

PASSWORD = "hao-tianqi8"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def owner(town):
    """A resident of Ningbo with a telephone we know, a user name and a password."""
    one = await town.sign_in(await town.citizen(NINGBO))
    one.user_name = f"yin{one.number[6:17]}"
    await choose_password(
        town.world,
        region_code=NINGBO,
        person_id=one.person_id,
        user_name=one.user_name,
        password=PASSWORD,
    )
    return one


@pytest.fixture
async def desktop(arrives, owner):
    """The owner before a desktop of the e-tax office, who has brought the password."""
    payer = await arrives(owner, signed_in=False, desktop=True)
    await payer.open(f"/?region={NINGBO}&ch=etax")
    await payer.comes_to("登录宁波市社保缴费")
    await payer.page.fill("#who", owner.user_name)
    await payer.page.fill("#password", PASSWORD)
    await payer.presses("下一步")
    await payer.comes_to("请再核对一步")
    return payer


def greeting(payer):
    """Where a page greets who has come in."""
    return payer.page.locator(".who")


async def test_with_password_and_a_message_to_the_known_telephone(town, desktop, owner):
    await town.page_rests()
    await desktop.presses("发短信验证码到")
    await desktop.comes_to("请填写短信验证码")
    await desktop.page.fill("#code", await town.code(owner.phone))
    await desktop.page.get_by_role("button", name="登录").click()
    await expect(greeting(desktop)).to_contain_text(f"{desktop.who.name[0]}*")


async def test_a_desktop_is_let_in_by_the_telephone_that_scans_its_code(desktop, arrives, owner):
    await desktop.presses("用登录着的手机扫码")
    await desktop.comes_to("请用手机扫码")
    await desktop.unfolds("不能扫码")
    address = await desktop.page.locator("#address").inner_text()
    phone = await arrives(owner)
    await phone.page.goto(address)
    await phone.comes_to("是您在登录另一台设备吗")
    await phone.sees("电脑，Chrome", "已经填对了您的密码")
    await desktop.sees("已扫码，请在手机上点")
    await phone.presses("是我，登录")
    await phone.comes_to("已经同意登录")
    await expect(greeting(desktop)).to_contain_text(f"{desktop.who.name[0]}*")


async def test_a_passkey_is_made_and_used_instead_of_a_message(town, arrives, owner):
    payer = await arrives(owner, desktop=True)
    local = town.url.replace("127.0.0.1", "localhost")
    context = payer.page.context
    at = {"name": "at", "value": f"{NINGBO}.etax", "url": local}
    await context.add_cookies([{"name": "sb", "value": owner.session, "url": local}, at])
    wire = await context.new_cdp_session(payer.page)
    await wire.send("WebAuthn.enable")
    await wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    await payer.page.goto(f"{local}/me/passkeys")
    await payer.presses("添加这台设备")
    await payer.sees("电脑，Chrome", "添加")
    await payer.page.goto(f"{local}/me")
    await payer.presses("退出登录")
    await payer.page.goto(f"{local}/sign-in/password")
    await payer.page.fill("#who", owner.number)
    await payer.page.fill("#password", PASSWORD)
    await payer.presses("下一步")
    await payer.presses("用通行密钥")
    await payer.comes_to("用通行密钥确认")
    await payer.presses("用通行密钥登录")
    await expect(greeting(payer)).to_contain_text(f"{payer.who.name[0]}*")


async def test_a_forgotten_password_is_set_anew_by_a_message(town, arrives, owner):
    await town.page_rests()
    payer = await arrives(owner, signed_in=False)
    await payer.open(f"/?region={NINGBO}&ch=etax")
    await payer.presses("忘记密码")
    await payer.page.fill("#who", owner.user_name)
    await payer.presses("发送验证码")
    await payer.comes_to("设新密码")
    await payer.page.fill("#code", await town.code(owner.phone))
    await payer.page.fill("#password", "xin-de-mima-7")
    await payer.page.fill("#again", "xin-de-mima-7")
    await payer.presses("设新密码")
    await expect(payer.page.get_by_role("status")).to_contain_text("新密码已经设好")


@pytest.fixture
async def before_face(town, arrives):
    """Somebody in Ningbo's app who has said who they are, and is about to show their face."""
    one = await town.citizen(NINGBO)
    payer = await arrives(one, signed_in=False)
    await payer.open(f"/?region={NINGBO}&ch=app")
    await payer.presses("刷脸")
    await payer.page.fill("#name", one.name)
    await payer.page.fill("#number", one.number)
    await payer.presses("下一步")
    await payer.comes_to("接下来请刷脸")
    await payer.sees("不保存您的照片")
    await payer.presses("开始刷脸")
    await payer.sees("演练不打开摄像头")
    return payer


async def test_a_face_that_is_theirs_lets_somebody_in(before_face):
    await before_face.presses("照做了，是本人")
    await before_face.agrees_if_asked()
    await expect(greeting(before_face)).to_contain_text(f"{before_face.who.name[0]}*")


async def test_a_face_that_is_not_is_refused_and_another_way_is_there(before_face):
    await before_face.presses("举着一张照片")
    await before_face.comes_to("刷脸没有通过：没有检测到真人")
    await before_face.presses("再刷一次")
    await before_face.presses("短信验证码")
    await expect(before_face.title).to_have_text("登录宁波市社保缴费")


async def test_a_face_whose_word_is_late_is_asked_for(before_face):
    await before_face.page.check("input[name=silent]")
    await before_face.presses("照做了，是本人")
    await before_face.agrees_if_asked()
    await expect(greeting(before_face)).to_contain_text(f"{before_face.who.name[0]}*")


async def test_the_account_of_the_provinces_portal_lets_somebody_in(town, arrives):
    one = await town.citizen(WUXI)
    payer = await arrives(one, signed_in=False)
    await payer.open(f"/?region={WUXI}&ch=jszwfw")
    await payer.presses("苏服办账号")
    await payer.comes_to("苏服办统一登录")
    await payer.page.fill("#number", one.number)
    await payer.presses("登录并同意")
    await payer.agrees_if_asked()
    await expect(greeting(payer)).to_contain_text(f"{payer.who.name[0]}*")


async def test_who_does_not_agree_at_the_portal_finds_another_way(town, arrives):
    payer = await arrives(await town.citizen(WUXI), signed_in=False)
    await payer.open(f"/?region={WUXI}&ch=jszwfw")
    await payer.presses("苏服办账号")
    await payer.page.get_by_role("button", name="不同意").click()
    await payer.comes_to("苏服办没有同意这次登录")
    await payer.presses("换一种方式")
    await expect(payer.title).to_have_text("登录无锡市社保缴费")


async def test_wechat_knows_somebody_the_second_time(town, arrives):
    one = await town.citizen(NINGBO)
    payer = await arrives(one, signed_in=False)
    await payer.open(f"/?region={NINGBO}")
    await payer.presses("微信授权")
    await payer.page.fill("#holder", one.number)
    await payer.presses("打开")
    await payer.sees("第一次从微信进入，请先核对身份")
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("请填写短信验证码")
    await payer.page.fill("#code", await town.code(one.phone))
    await payer.page.get_by_role("button", name="登录").click()
    await payer.agrees_if_asked()
    await expect(greeting(payer)).to_contain_text(f"{payer.who.name[0]}*")
    await payer.presses("退出登录")
    await payer.open(f"/?region={NINGBO}")
    await payer.presses("微信授权")
    await payer.page.fill("#holder", one.number)
    await payer.presses("打开")
    await expect(greeting(payer)).to_contain_text(f"{payer.who.name[0]}*")


async def test_a_number_typed_is_still_there_after_going_back(town, arrives):
    one = await town.citizen(NINGBO)
    payer = await arrives(one, signed_in=False)
    await payer.open(f"/?region={NINGBO}")
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("请填写短信验证码")
    await payer.page.go_back()
    await expect(payer.page.locator("#number")).to_have_value(one.number)


async def test_somebody_leaves_another_device_from_here(arrives, town, owner):
    there = await arrives(owner, signed_in=False)
    session = await town.session_in(owner, "app")
    await keep(there.page.context, town, sb=session, at=town.entry(owner))
    await there.open("/home")
    here = await arrives(owner)
    await here.open("/me/places")
    await here.sees("宁波税务 APP", "（这台）")
    await here.presses("退出其他所有设备")
    await here.sees_nothing_of("宁波税务 APP")
    await there.open("/me")
    await expect(there.title).to_have_text("登录宁波市社保缴费")
