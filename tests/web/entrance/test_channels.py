"""Every channel of every city offers what its pack says, and only that, on the real pages."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from shebao.core.entrance.way import Feature, Place, Way
from shebao.core.policy.region import PaysFor
from shebao.operations.enrol import Membership
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.store.packs.folder import load_packs, packs_folder, read_pack

REGIONS = load_packs(packs_folder())
CHANNELS = [
    pytest.param(region, channel, id=f"{region.code}-{channel.id}")
    for region in REGIONS.values()
    for channel in region.channels.values()
    if channel.self_service
]
COUNTERS = [
    pytest.param(region, channel, id=f"{region.code}-{channel.id}")
    for region in REGIONS.values()
    for channel in region.channels.values()
    if not channel.self_service
]
PATHS = {
    Way.SMS: "/sign-in",
    Way.PASSWORD: "/sign-in/password",
    Way.FACE: "/sign-in/face",
    Way.PORTAL: "/sign-in/portal",
    Way.APP: "/sign-in/app",
    Way.SCAN: "/sign-in/scan",
}
WAYS = set(PATHS.values())
PAGES = {Feature.FAVOURITES: "/family", Feature.ASK_TO_PAY: "/pleas"}
FORMS = {
    PaysFor.SELF: None,
    PaysFor.OTHERS_BY_NAME_AND_NUMBER: set(),
    PaysFor.OTHERS_BY_PHONE_CODE: {"phone"},
}
matrix = pytest.mark.parametrize(("region", "channel"), CHANNELS)


@pytest.fixture
async def before_signing_in(visitor, region, channel):
    """Somebody who has come to a channel and not signed in: browser and page."""
    return visitor, await visitor.open(f"/?region={region.code}&ch={channel.id}")


@pytest.fixture
async def inside(settle, sign_in, region, channel):
    """Somebody who has come in by a channel."""
    resident = await settle(region.code)
    return await sign_in(resident, channel=channel.id)


@matrix
def test_a_channel_lets_people_in_by_two_ways_at_least_and_never_by_a_face_alone(region, channel):
    assert len(set(channel.ways)) >= 2
    assert len(set(channel.ways) - {Way.FACE}) >= 1


@matrix
async def test_the_ways_in_are_those_of_the_pack(before_signing_in, channel):
    _, page = before_signing_in
    shown = [
        there
        for there, _ in page.links
        if not {"elder", "lang"} & {*parse_qs(urlsplit(there).query)}
    ]
    ways = [path for path in (there.partition("?")[0] for there in shown) if path in WAYS]
    assert ways[: len(channel.ways)] == [PATHS[way] for way in channel.ways]


@matrix
async def test_every_way_in_opens_and_the_others_are_closed(before_signing_in, channel):
    browser, _ = before_signing_in
    inside = {PATHS[way] for way in channel.ways} - {"/sign-in"}
    answers = {path: await browser.http.get(path) for path in set(PATHS.values()) - {"/sign-in"}}
    opened = {path for path, answer in answers.items() if answer.status_code in {200, 303}}
    assert opened - {"/sign-in/scan"} == inside - {"/sign-in/scan"}


@matrix
async def test_for_whom_one_pays_is_as_the_pack_says(inside, channel):
    page = await inside.open("/for-whom")
    ways = [there for there, _ in page.links if there.startswith("/for-whom/other")]
    assert bool(ways) is channel.pays_for.others
    assert page.says("仅支持本人缴费") is not channel.pays_for.others


@pytest.mark.parametrize(
    ("region", "channel"), [one for one in CHANNELS if one.values[1].pays_for.others]
)
async def test_what_one_must_bring_for_another_is_as_the_pack_says(inside, channel):
    page = await inside.open("/for-whom/other")
    fields = {given.get("name") for _, given, _ in page.tags}
    assert fields & {"phone"} == FORMS[channel.pays_for]


@pytest.mark.parametrize(
    ("region", "channel"), [one for one in CHANNELS if not one.values[1].pays_for.others]
)
async def test_where_one_pays_only_for_oneself_nobody_else_can_be_named(inside):
    assert (await inside.open("/for-whom/other")).says("只支持本人缴费")


@matrix
async def test_what_else_a_channel_offers_is_as_the_pack_says(inside, channel):
    pages = {feature: await inside.open(path) for feature, path in PAGES.items()}
    offered = {feature for feature, page in pages.items() if page.status == 200}
    assert offered == channel.features & PAGES.keys()
    account = await inside.open("/me")
    ways = {there for there, _ in account.links}
    assert ("/me/passkeys" in ways) is channel.offers(Feature.PASSKEYS)
    assert ("/pleas" in ways) is channel.offers(Feature.ASK_TO_PAY)


@pytest.fixture
async def at_the_pay_page(settle, sign_in, region, channel):
    """The pay page of somebody who owes something, in a channel."""
    resident = await settle(region.code, *enrolled(region), owes=["1000"])
    browser = await sign_in(resident, channel=channel.id)
    page = await browser.open("/items")
    bill = [given["value"] for _, given, _ in page.tags if given.get("data-amt") == "100000"]
    page = await browser.send(page, "/confirm", bill=bill)
    return await browser.send(page, "/orders")


def enrolled(region):
    """What somebody must belong to so that an agency can ask for more."""
    scheme = next(one for one in region.schemes.values() if one.special)
    return [Membership(scheme=scheme.id, district=next(iter(region.districts)))]


@matrix
async def test_the_methods_are_those_of_the_pack_in_its_order_of_use(at_the_pay_page, channel):
    shown = [
        given["value"] for _, given, _ in at_the_pay_page.tags if given.get("name") == "method"
    ]
    assert sorted(shown) == sorted(channel.methods)
    assert all(at_the_pay_page.says(METHOD_NAMES[method]) for method in channel.methods)


@pytest.mark.parametrize(("region", "channel"), COUNTERS)
async def test_nobody_comes_in_by_a_counter(visitor, region, channel):
    assert (await visitor.open(f"/?region={region.code}&ch={channel.id}")).says("没有这个缴费渠道")


@pytest.mark.parametrize(("region", "channel"), COUNTERS)
def test_a_counter_is_called_one(region, channel):
    assert channel.place is Place.COUNTER


WRONG = [
    ('["face"]', "刷脸不能是唯一的登录方式"),
    ('["sms"]', "至少要有两种登录方式"),
    ('["sms", "portal"]', "要写明是哪个账号"),
    ('["sms", "app"]', "只有微信、支付宝、百度里的渠道"),
]


@pytest.mark.parametrize(("ways", "why"), WRONG)
def test_a_pack_that_offers_too_little_is_refused_with_the_reason(tmp_path, ways, why):
    folder = tmp_path / "320200"
    folder.mkdir()
    text = (packs_folder() / "320200" / "region.toml").read_text("utf-8")
    assert '["sms", "password", "face"]' in text
    wrong = text.replace('["sms", "password", "face"]', ways, 1)
    (folder / "region.toml").write_text(wrong, "utf-8")
    says = " ".join(mistake.says for mistake in read_pack(folder).mistakes)
    assert why in says
