"""In a mini program: our page, the program around it, and the app's own cashier.

The programs of ``shells/`` run as they are, with an app around them that does what the real one
does: it gives a code, sends requests without cookies, and opens its cashier.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.async_api import expect
from tests.journeys.payer import PHONE, Payer
from tests.journeys.town import BEIJING, CHANGZHOU, NINGBO

from shebao.core.channel import Method, Scene
from shebao.operations.cashier_ticket import issue_ticket
from shebao.operations.enrol import Membership
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.pay import Wish, pay

SHELLS = Path(__file__).parents[2] / "shells"
ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
PENSION = Membership(scheme="resident_pension", district="330212")
VENDORS = {
    "wechat": (CHANGZHOU, "wechat_mini", ADULT, "MicroMessenger/8.0.44 miniProgram"),
    "alipay": (NINGBO, "alipay_mini", PENSION, "AlipayClient/10.5 MiniProgram"),
}
CASHIERS = {"wechat": "/cashier/jsapi", "alipay": "/alipay/cashier/tradepay"}
# The app around a program: `app` is what Python does for it; what it is told is kept.
VENDOR = """(config) => {
  window.opened = []; window.said = [];
  window.getApp = () => ({globalData: config});
  window.Page = (page) => { page.setData = (told) => Object.assign(page.data, told); window.page = page; };
  const ask = (kind) => (asked) => { const {success, fail, complete, ...told} = asked;
    app(kind, JSON.parse(JSON.stringify(told))).then(
      (answer) => { success && success(answer); complete && complete(answer); },
      (wrong) => { fail && fail(wrong); complete && complete(wrong); }); };
  const login = ask('login'), relaunch = (asked) => window.opened.push(asked.url);
  window.wx = {login, request: ask('request'), requestPayment: ask('pay'), reLaunch: relaunch,
    getAppBaseInfo: () => ({fontSizeScaleFactor: config.scale}), showModal: (told) => window.said.push(told.title)};
  window.my = {getAuthCode: login, request: ask('request'), tradePay: ask('pay'), reLaunch: relaunch,
    getSystemInfoSync: () => ({fontSizeSetting: 16 * config.scale}), alert: (told) => window.said.push(told.title)};
  window.swan = {getLoginCode: login, getSystemInfoSync: () => ({fontSizeSetting: 16 * config.scale}),
    showModal: (told) => window.said.push(told.title)};
}"""


class App:
    """WeChat, Alipay or Baidu on somebody's telephone, as one of our programs sees it."""

    def __init__(self, town, vendor, holder):
        self.town, self.vendor, self.holder = town, vendor, holder
        self.asked, self.away, self.declines = [], False, False

    async def __call__(self, kind, told):
        self.asked.append((kind, told))
        if self.away:
            raise ConnectionError
        return await getattr(self, f"_{kind}")(told)

    async def _login(self, _told):
        asked = {"app": self.vendor, "holder": self.holder}
        code = (await self.town.outside.post("/sandbox/apps/codes", json=asked)).json()["code"]
        return {"code": code, "authCode": code}

    async def _request(self, told):
        headers = told.get("header") or told.get("headers")
        async with httpx.AsyncClient(trust_env=False) as line:
            answer = await line.post(told["url"], data=told["data"], headers=headers)
        return {"statusCode": answer.status_code, "status": answer.status_code} | {
            "data": answer.json()
        }

    async def _pay(self, told):
        """Open the app's cashier with exactly what the program gave it, and pay there, or not."""
        parameters = {"tradeNO": told["tradeNO"]} if self.vendor == "alipay" else told
        page = await self.town.outside.get(CASHIERS[self.vendor], params=parameters)
        assert page.status_code == 200, page.text
        if self.declines:
            raise InterruptedError("requestPayment:fail cancel")
        token = page.text.partition('name="token" value="')[2].partition('"')[0]
        place = CASHIERS[self.vendor].rpartition("/")[0]
        await self.town.outside.post(place, data={"token": token, "action": "pay"})
        return {"errMsg": "requestPayment:ok", "resultCode": "9000"}


@pytest.fixture
async def program(town, chromium):
    """One page of a program, loaded as the app loads it."""
    contexts = []

    async def load(vendor, which, app, *, scale=1):
        region, channel, *_ = VENDORS.get(vendor, (BEIJING, "baidu"))
        context = await chromium.new_context()
        contexts.append(context)
        page = await context.new_page()
        await page.expose_function("app", app)
        config = {"base": town.url, "region": region, "channel": channel, "scale": scale}
        await page.evaluate(VENDOR, config)
        await page.add_script_tag(path=SHELLS / vendor / "pages" / which / f"{which}.js")
        return page

    yield load
    for context in contexts:
        await context.close()


async def begun(town, vendor):
    """Somebody whom the app knows, an order of theirs at its cashier, and a ticket for it."""
    region, channel, belongs, _ = VENDORS[vendor]
    one = await town.sign_in(await town.insured(region, belongs))
    await town.decide(one, belongs.scheme, "1200.00")
    [bill] = [bill.id for bill in await town.bills_of(one) if bill.kind.special]
    basket = Basket(
        region_code=region,
        order_id=town.world.mint("ord"),
        payer_id=one.person_id,
        entry_channel=channel,
        bill_ids=frozenset({bill}),
    )
    [order_id] = await open_orders(town.world, [basket])
    wish = Wish(
        region_code=region,
        order_id=order_id,
        payer_id=one.person_id,
        method=Method(vendor),
        scene=Scene.JSAPI,
        payer_ip="127.0.0.1",
        openid="2088000000000001" if vendor == "alipay" else "o6_bmjrPTlm6_2sgVt7hMZOPfL2M",
    )
    await pay(town.world, wish)
    mine = {"region_code": region, "order_id": order_id, "payer_id": one.person_id}
    return one, order_id, await issue_ticket(town.world, **mine)


@pytest.mark.parametrize("vendor", ["wechat", "alipay"])
async def test_the_program_opens_the_cashier_and_comes_back_to_the_result(
    town, program, arrives, vendor
):
    one, order_id, ticket = await begun(town, vendor)
    app = App(town, vendor, one.number)
    page = await program(vendor, "pay", app)
    await page.evaluate("ticket => page.onLoad({ticket: encodeURIComponent(ticket)})", ticket)
    await page.wait_for_function("opened.length")
    path = parse_qs(urlsplit((await page.evaluate("opened"))[0]).query)["path"][0]
    assert path == f"/result/{order_id}"
    assert [kind for kind, _ in app.asked] == ["request", "pay"]
    payer = await arrives(one)
    await payer.open(path)
    await payer.comes_to("缴费成功")
    await payer.sees("1,200.00")


async def test_who_gives_up_at_the_cashier_comes_back_to_a_result_that_waits(
    town, program, arrives
):
    one, order_id, ticket = await begun(town, "wechat")
    app = App(town, "wechat", one.number)
    app.declines = True
    page = await program("wechat", "pay", app)
    await page.evaluate("ticket => page.onLoad({ticket})", ticket)
    await page.wait_for_function("opened.length")
    assert f"result%2F{order_id}" in (await page.evaluate("opened"))[0]
    payer = await arrives(one)
    await payer.open(f"/result/{order_id}")
    await payer.comes_to("正在确认支付结果")
    await payer.sees("还没有付，继续支付")


@pytest.mark.parametrize("away", [False, True], ids=["spent_ticket", "dead_line"])
@pytest.mark.parametrize("vendor", ["wechat", "alipay"])
async def test_what_cannot_be_opened_leads_to_what_waits(town, program, vendor, away):
    app = App(town, vendor, "nobody")
    app.away = away
    page = await program(vendor, "pay", app)
    await page.evaluate("page.onLoad({ticket: '330200.spent'})")
    await page.wait_for_function("opened.length")
    assert (await page.evaluate("opened")) == ["/pages/web/web?path=%2Funpaid"]
    assert [kind for kind, _ in app.asked] == ["request"]


@pytest.mark.parametrize("vendor", ["wechat", "alipay", "baidu"])
async def test_a_program_comes_in_with_the_apps_code_and_large_type_where_the_app_has_it(
    town, program, chromium, vendor
):
    page = await program(vendor, "web", App(town, vendor, f"telephone of {vendor}"), scale=1.4)
    await page.evaluate("page.onLoad({path: encodeURIComponent('/records?tab=others')})")
    await page.wait_for_function("page.data.src")
    inside = await chromium.new_page()
    await inside.goto(await page.evaluate("page.data.src"))
    await expect(inside.locator("html")).to_have_attribute("data-mode", "elder")
    assert parse_qs(urlsplit(inside.url).query)["next"] == ["/records?tab=others"]
    await inside.close()


async def test_a_program_whose_login_fails_says_so_and_offers_to_try_again(town, program):
    app = App(town, "wechat", "nobody")
    app.away = True
    page = await program("wechat", "web", app)
    await page.evaluate("page.onLoad({})")
    await page.wait_for_function("said.length")
    assert (await page.evaluate("said"))[0] == "登录没有成功"


async def paid_within(town, chromium, watch, vendor):
    """From the app's own opening to its cashier, with the rehearsal in the place of the program."""
    region, channel, belongs, agent = VENDORS[vendor]
    one = await town.insured(region, belongs)
    await town.decide(one, belongs.scheme, "1200.00")
    context = await chromium.new_context(user_agent=f"{PHONE} {agent}", locale="zh-CN")
    watch.over(context)
    payer = Payer(town, await context.new_page(), one)
    enter = f"{town.url}/enter?{urlencode({'region': region, 'ch': channel})}"
    there = {"app": vendor, "holder": one.number, "enter": enter}
    await payer.page.goto(f"{town.config.sandbox_url}/apps/open?{urlencode(there)}")
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("验证码")
    await payer.page.fill("#code", await town.code(one.phone))
    await payer.page.get_by_role("button", name="登录").click()
    await payer.agrees_if_asked()
    await payer.open("/items")
    [special] = [bill.id for bill in await town.bills_of(one) if bill.kind.special]
    await payer.open(f"/confirm?bill={special}&person={one.person_id}")
    await payer.opens_order()
    await payer.page.click("#pay")
    await payer.comes_to("演练收银台")
    await payer.sees("1,200.00")
    await payer.does_at_cashier("pay")
    return payer


async def test_our_page_hands_over_to_wechat_and_the_payment_is_whole(town, chromium, watch):
    payer = await paid_within(town, chromium, watch, "wechat")
    await payer.presses("完成")
    await expect(payer.title).to_have_text("缴费成功")
    await payer.page.context.close()


async def test_our_page_hands_over_to_alipay_and_the_payment_is_whole(town, chromium, watch):
    payer = await paid_within(town, chromium, watch, "alipay")
    await expect(payer.title).to_have_text("缴费成功")
    await payer.page.context.close()
