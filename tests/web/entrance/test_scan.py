"""A code on a desktop is let in by the telephone that is signed in, by nobody else, and once."""

import pytest
from tests.web.browsing import Visitor
from tests.web.entrance.conftest import DESKTOP, NINGBO


@pytest.fixture
async def shown(desktop):
    """A desktop that shows a code, and the path a telephone scans."""
    page = await desktop.open("/sign-in/scan")
    page = await desktop.send(page, "/sign-in/scan")
    return page, page.text.partition("http://127.0.0.1:1")[2].partition(" ")[0]


async def state(desktop):
    answer = await desktop.http.get("/sign-in/scan", headers={"accept": "application/json"})
    return answer.json()["state"]


async def test_the_telephone_says_yes_and_the_desktop_is_in(desktop, shown, settle, sign_in):
    page, path = shown
    phone = await sign_in(await settle(NINGBO))
    assert await state(desktop) == "shown"
    asked = await phone.open(path)
    assert asked.says("电脑，Chrome")
    assert await state(desktop) == "looked_at"
    done = await phone.send(asked, path, say="yes")
    assert done.says("已经同意登录")
    assert await state(desktop) == "agreed"
    page = await desktop.open("/sign-in/scan")
    page = await desktop.send(page, "/sign-in/scan/enter")
    assert (page.path, page.says("王*芳")) == ("/home", True)


async def test_the_telephone_says_no_and_nobody_is_in(desktop, shown, settle, sign_in):
    _, path = shown
    phone = await sign_in(await settle(NINGBO))
    asked = await phone.open(path)
    await phone.send(asked, path, say="no")
    page = await desktop.open("/sign-in/scan")
    assert page.says("手机上没有同意")
    assert (await desktop.open("/home")).path == "/sign-in/password"


async def test_a_code_is_good_once(desktop, shown, settle, sign_in):
    _, path = shown
    phone = await sign_in(await settle(NINGBO))
    await phone.send(await phone.open(path), path, say="yes")
    page = await desktop.open("/sign-in/scan")
    again = page.form("/sign-in/scan/enter").values
    await desktop.send(page, "/sign-in/scan/enter")
    assert (await phone.open(path)).says("这个二维码已经失效")
    assert (await desktop.post("/sign-in/scan/enter", **again)).status_code in {403, 409}


async def test_a_code_grows_old(shown, settle, sign_in, clock):
    _, path = shown
    phone = await sign_in(await settle(NINGBO))
    clock.passes(minutes=3)
    assert (await phone.open(path)).says("这个二维码已经失效")


async def test_another_desktop_cannot_use_what_the_telephone_agreed_to(app, shown, settle, sign_in):
    _, path = shown
    phone = await sign_in(await settle(NINGBO))
    await phone.send(await phone.open(path), path, say="yes")
    thief = Visitor(app, agent=DESKTOP)
    await thief.open(f"/?region={NINGBO}&ch=etax")
    assert not (await thief.open("/sign-in/scan")).says("手机上已经确认")
    await thief.http.aclose()


async def test_after_a_password_only_its_owners_telephone_counts(
    half_way, desktop, with_password, settle, sign_in
):
    resident, phone = with_password
    page = await half_way(resident.user_name)
    page = await desktop.send(page, "/sign-in/scan")
    path = page.text.partition("http://127.0.0.1:1")[2].partition(" ")[0]
    stranger = await sign_in(await settle(NINGBO))
    assert (await stranger.open(path)).says("不是等您确认的")
    asked = await phone.open(path)
    assert asked.says("已经填对了您的密码")
    await phone.send(asked, path, say="yes")
    page = await desktop.open("/sign-in/scan")
    assert (await desktop.send(page, "/sign-in/scan/enter")).path == "/home"


async def test_a_telephone_signed_in_to_another_city_is_told_so(shown, settle, sign_in):
    _, path = shown
    phone = await sign_in(await settle("320400"))
    assert (await phone.open(path)).says("这个页面属于宁波市")
