"""Signing in says exactly what is wrong, keeps what was typed, and lets nobody else in."""

import pytest

NINGBO = "330200"
GOOD = {"name": "王小芳", "number": "330212197503089911", "phone": "13800000001"}


@pytest.fixture
async def form(visitor):
    return await visitor.open(f"/?region={NINGBO}")


async def test_everything_that_is_wrong_is_said_at_once(visitor, form):
    seen = await visitor.send(form, "/sign-in", name="", number="3302121975030899", phone="138")
    assert seen.status == 422
    assert seen.title.startswith("有误：")
    assert seen.says("请填写姓名")
    assert seen.says("身份证号码应有 18 位，现在是 16 位")
    assert seen.says("手机号码应是 1 开头的 11 位数字，现在有 3 位")


async def test_what_was_typed_is_kept(visitor, form):
    seen = await visitor.send(form, "/sign-in", **{**GOOD, "phone": "1380000"})
    values = seen.form("/sign-in").values
    assert (values["name"], values["number"]) == ([GOOD["name"]], [GOOD["number"]])


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("330212197503089912", "最后一位和前面的对不上"),
        ("330212750308991", "15 位的旧身份证号码"),
        ("33021219750308991Y", "第 18 位“Y”不对"),
        ("330212197513089911", "不是一个出生日期"),
        ("810000199408230021", "这是港澳居民居住证的号码"),
        ("330299197503080016", "没有查到这个证件号码"),
    ],
)
async def test_a_number_that_is_wrong_is_answered_exactly(visitor, form, number, says):
    seen = await visitor.send(form, "/sign-in", **{**GOOD, "number": number})
    assert (seen.status, seen.says(says)) == (422, True)


async def test_a_name_that_is_not_the_numbers_is_refused(visitor, form, settle):
    resident = await settle(NINGBO)
    seen = await visitor.send(
        form, "/sign-in", name="李四", number=resident.number, phone=resident.phone
    )
    assert (seen.status, seen.says("姓名和证件号码对不上")) == (422, True)


async def test_a_wrong_code_may_be_tried_again(visitor, form, settle, code_of):
    resident = await settle(NINGBO)
    page = await visitor.send(
        form, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    seen = await visitor.send(page, "/sign-in/code", code="12")
    assert (seen.status, seen.says("还可以再试 4 次")) == (422, True)
    seen = await visitor.send(seen, "/sign-in/code", code=await code_of(resident))
    assert seen.path == "/home"


async def test_another_code_asked_for_too_soon_is_refused_calmly(visitor, form, settle):
    resident = await settle(NINGBO)
    page = await visitor.send(
        form, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    seen = await visitor.send(page, "/sign-in/code", act="again")
    assert (seen.status, seen.says("短信发得太频繁")) == (422, True)


@pytest.mark.parametrize("there", ["//evil.test/", "https://evil.test", "/\\evil.test", "/ x"])
async def test_one_never_ends_up_at_a_strangers_address(visitor, settle, code_of, there):
    resident = await settle(NINGBO)
    await visitor.open(f"/?region={NINGBO}")
    page = await visitor.open("/sign-in")
    page = await visitor.send(
        page,
        "/sign-in",
        name=resident.name,
        number=resident.number,
        phone=resident.phone,
        next=there,
    )
    page = await visitor.send(page, "/sign-in/code", code=await code_of(resident))
    assert page.path == "/home"


async def test_a_code_page_without_a_sign_in_leads_back_to_the_form(visitor, form):
    assert (await visitor.open("/sign-in/code")).path == "/sign-in"


async def test_a_sign_in_cookie_that_was_altered_is_worth_nothing(visitor, form):
    visitor.http.cookies.set("si", "AAAA", domain="shebao.test")
    assert (await visitor.open("/sign-in/code")).path == "/sign-in"


async def test_what_waits_for_a_code_cannot_be_read_in_the_browser(visitor, form, settle):
    resident = await settle(NINGBO)
    await visitor.send(
        form, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    kept = visitor.http.cookies["si"]
    assert resident.number not in kept
    assert resident.phone not in kept


@pytest.mark.parametrize("where", ["/?region=999999", "/?region=330200&ch=bank_counter"])
async def test_a_city_or_a_way_in_that_is_not_there_is_refused(visitor, where):
    seen = await visitor.open(where)
    assert seen.status in {404, 409}
    assert seen.link("选择地区") == "/"


async def test_the_registry_being_down_is_no_disaster(visitor, form, town):
    await town.post("/sandbox/faults", json={"kind": "identity_down", "count": 1})
    seen = await visitor.send(form, "/sign-in", **GOOD)
    await town.delete("/sandbox/faults")
    assert (seen.status, seen.h1) == (503, "对方还没有回音")
