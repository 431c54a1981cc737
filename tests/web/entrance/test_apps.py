"""An app knows its people by ids of its own: we ask who it is once, and then know, too."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from tests.web.browsing import PHONE, Visitor
from tests.web.entrance.conftest import NINGBO, TIERED, asked_of, back_path

from shebao.core.bill import BillKind
from shebao.core.enrolment import Enrolment
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.operations.entrance.accounts import openid_of
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.sign_in import who
from shebao.store import enrolments
from shebao.store.entrance import app_users

WUXI = "320200"

CHANNELS = [
    ("330200", "alipay_mini", "alipay"),
    ("320200", "wechat_city", "wechat"),
    ("110000", "baidu", "baidu"),
]


@pytest.fixture
def opens(visitor, town):
    """Open a mini program on somebody's telephone."""

    async def open_(region, channel, app, holder, **more):
        told = await town.post("/sandbox/apps/codes", json={"app": app, "holder": holder})
        asked = {"region": region, "ch": channel, "code": told.json()["code"], **more}
        return await visitor.open(f"/enter?{urlencode(asked)}")

    return open_


@pytest.mark.parametrize(("region", "channel", "whose"), CHANNELS)
async def test_the_first_time_one_says_who_one_is_and_never_again(
    visitor, opens, settle, code_of, world, region, channel, whose
):
    resident = await settle(region)
    page = await opens(region, channel, whose, resident.number, next="/records")
    assert page.says("请先核对身份")
    page = await visitor.send(
        page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    page = await visitor.send(page, "/sign-in/code", code=await code_of(resident))
    assert page.path == "/records"
    await visitor.send(await visitor.open("/home"), "/sign-out")
    page = await opens(region, channel, whose, resident.number, next="/records")
    assert page.path == "/records"
    token = visitor.http.cookies["sb"].partition(".")[2]
    [session] = await who(world, [(region, token)])
    assert (await openid_of(world, session)) not in {None, ""}


async def test_another_telephone_is_nobody_we_know(opens, settle):
    resident = await settle(NINGBO)
    page = await opens(NINGBO, "alipay_mini", "alipay", f"not {resident.number}")
    assert page.path == "/sign-in"


@pytest.mark.parametrize(("region", "channel", "whose"), CHANNELS)
async def test_a_code_of_ones_own_making_lets_nobody_in(visitor, region, channel, whose):
    page = await visitor.open(f"/enter?region={region}&ch={channel}&code=made-up")
    assert page.says("这次授权已经失效")


async def test_the_page_of_an_official_account_sends_for_a_code_and_takes_it_back(
    visitor, outward, outside, settle, sign_in
):
    await visitor.open(f"/?region={NINGBO}")
    answer = await visitor.open("/sign-in/app")
    there = answer.headers["location"]
    assert asked_of(there)["scope"] == "snsapi_base"
    opener = await outward(there)
    asked = asked_of(opener.headers["location"]) | {"holder": "somebody's telephone"}
    back = await outward(f"{outside.url}/apps/open?{urlencode(asked)}")
    page = await visitor.open(back_path(back))
    assert page.says("第一次从微信进入")


async def test_a_page_that_was_not_sent_for_a_code_does_not_take_one(visitor, town):
    told = await town.post("/sandbox/apps/codes", json={"app": "wechat", "holder": "thief"})
    code = told.json()["code"]
    page = await visitor.open(f"/enter?region={NINGBO}&ch=wechat_account&code={code}")
    assert page.status == 403


async def test_the_id_is_kept_sealed(opens, settle, visitor, code_of, world):
    resident = await settle(NINGBO)
    page = await opens(NINGBO, "alipay_mini", "alipay", resident.number)
    page = await visitor.send(
        page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    await visitor.send(page, "/sign-in/code", code=await code_of(resident))
    async with world.db.reading() as tx:
        sealed = await tx.connection.fetchval(
            "SELECT id_sealed FROM app_users WHERE person_id = $1", resident.person.id
        )
    openid = world.vault.open(sealed)
    assert openid.startswith("2088")
    assert openid.encode() not in sealed


WECHAT = "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.44 Mobile"


@pytest.fixture
async def inside_wechat(app, outward, outside, settle, code_of):
    """A resident whose page is open in WeChat, which knows them, with something to pay."""
    resident = await settle(NINGBO, TIERED, owes=["1000"])
    browser = Visitor(app, agent=WECHAT)
    await browser.open(f"/?region={NINGBO}")
    there = (await browser.open("/sign-in/app")).headers["location"]
    asked = asked_of((await outward(there)).headers["location"]) | {"holder": resident.number}
    back = await outward(f"{outside.url}/apps/open?{urlencode(asked)}")
    page = await browser.open(back_path(back))
    page = await browser.send(
        page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    page = await browser.send(page, "/sign-in/code", code=await code_of(resident))
    yield browser
    await browser.http.aclose()


async def test_inside_wechat_one_pays_in_wechat_itself_under_the_id_it_knows(
    inside_wechat, outward
):
    page = await inside_wechat.open("/items")
    page = await inside_wechat.send(page, "/confirm")
    page = await inside_wechat.send(page, "/orders")
    page = await inside_wechat.send(page, page.path, method="wechat")
    assert page.path.endswith("/app")
    there = page.link("打开演练收银台")
    assert "1,000.00" in (await outward(there)).text


async def owes_there(world, session, amount):
    """Somebody turns out to belong to the city they have gone on to, and to owe something there."""
    region, _, token = session.strip('"').partition(".")
    [found] = await who(world, [(region, token)])
    async with world.db.transaction() as tx:
        enrolment = await enrolments.keep(
            tx,
            Enrolment(
                region_code=region,
                id=world.mint("enr"),
                person_id=found.person_id,
                scheme="resident_pension",
                district="320211",
                category=None,
                identity=None,
                subsidised_years=0,
                last_choice=None,
            ),
            at=world.now(),
        )
    decision = Decision(
        kind=BillKind.BACK_PAY,
        period=Period(2021),
        amount=Money.yuan(amount),
        government=ZERO,
        document="补缴核定",
        label="补缴 2021 年",
    )
    await push_decisions(world, enrolment=enrolment, decisions=[decision])


async def put_aside(visitor):
    """From what is owed into the basket, as the second button of the check page does."""
    page = await visitor.send(await visitor.open("/items"), "/confirm")
    await visitor.post("/basket", **page.form("/orders").values)
    return await visitor.open("/basket")


async def test_inside_wechat_several_cities_are_paid_in_wechat_itself(
    inside_wechat, outward, settle, world
):
    page = await put_aside(inside_wechat)
    page = await inside_wechat.send(page, "/cities", region=WUXI, next="/basket")
    page = await inside_wechat.send(page, "/consent", kind=["rules", "sensitive"])
    await owes_there(world, inside_wechat.http.cookies["sb"], "440")
    await put_aside(inside_wechat)
    page = await inside_wechat.send(await inside_wechat.open("/basket/check"), "/basket/orders")
    page = await inside_wechat.send(page, page.path, method="wechat")
    assert page.path.endswith("/app")
    assert "1,440.00" in (await outward(page.link("打开演练收银台"))).text


async def test_in_any_other_browser_one_pays_as_before(inside_wechat):
    inside_wechat.http.headers["user-agent"] = PHONE
    page = await inside_wechat.open("/items")
    page = await inside_wechat.send(page, "/confirm")
    page = await inside_wechat.send(page, "/orders")
    answer = await inside_wechat.send(page, page.path, method="wechat")
    assert "/cashier/h5" in answer.headers["location"]


async def test_ids_are_found_and_kept_when_a_key_is_changed(inside_wechat, world):
    async with world.db.transaction() as tx:
        [*known] = await app_users.lock_sealed_before(tx, region_code=NINGBO, newest=2, most=99)
        assert {user.id_sealed[0] for user in known} == {1}
        again = [replace(user, id_sealed=world.vault.again(user.id_sealed)) for user in known]
        await app_users.keep_sealed(tx, region_code=NINGBO, users=again)
        found = await app_users.lock_sealed_before(tx, region_code=NINGBO, newest=2, most=99)
    assert {user.id_sealed for user in found} == {user.id_sealed for user in again}
    assert await app_users_before(world, 1) == []


async def app_users_before(world, newest):
    async with world.db.transaction() as tx:
        return await app_users.lock_sealed_before(tx, region_code=NINGBO, newest=newest, most=99)
