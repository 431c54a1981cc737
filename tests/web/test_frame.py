"""Every page is calm, safe and small, in both sizes of type, and nobody meets a dead end."""

import gzip
from dataclasses import replace

import pytest
from tests.web.browsing import Visitor

from shebao.web.main import create

NINGBO = "330200"
OPEN = ["/", "/verify", "/help", "/privacy", "/accessibility", "/no/such/page"]
FIRST_PAGE_BYTES_MAX = 15 * 1024
HOME = ["/home", "/items", "/for-whom", "/for-whom/other", "/unpaid", "/records"]


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("look", ["", "?elder=1", "?theme=red"])
async def test_pages_for_anybody_keep_to_the_rules(visitor, path, look):
    seen = await visitor.open(path + look)
    assert seen.faults == []


@pytest.mark.parametrize("path", HOME)
async def test_pages_of_somebody_who_owes_nothing_keep_to_the_rules(sign_in, settle, path):
    seen = await (await sign_in(await settle(NINGBO))).open(path)
    assert (seen.status, seen.faults) == (200, [])


async def test_a_page_is_kept_by_nobody_and_framed_by_nobody(visitor):
    headers = (await visitor.open("/")).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/console/sign-in"])
async def test_a_page_asks_for_its_style_sheet_before_its_first_word(visitor, path):
    seen = await visitor.open(path)
    styled = [at["href"] for tag, at, _ in seen.tags if at.get("rel") == "stylesheet"]
    assert [f"<{file}>; rel=preload; as=style" for file in styled] == [seen.headers["link"]]


async def test_large_type_is_remembered_and_can_be_left_again(visitor):
    elder = await visitor.open("/?elder=1")
    again = await visitor.open("/help")
    assert [at["data-mode"] for tag, at, _ in again.tags if tag == "html"] == ["elder"]
    back = await visitor.open(elder.link("标准版"))
    assert [at["data-mode"] for tag, at, _ in back.tags if tag == "html"] == ["std"]


async def test_the_switch_of_type_stays_on_the_page_with_its_question(visitor):
    seen = await visitor.open("/verify?n=1&c=2")
    assert seen.link("大字版") == "/verify?n=1&c=2&elder=1"


async def test_the_first_page_is_small_with_all_it_needs(visitor):
    page = await visitor.http.get("/", headers={"accept-encoding": "gzip"})
    seen = await visitor.open("/")
    files = [at["href"] for tag, at, _ in seen.tags if tag == "link"]
    files += [at["src"] for tag, at, _ in seen.tags if tag == "script"]
    packed = [
        len(gzip.compress((await visitor.http.get(file)).content, 9, mtime=0)) for file in files
    ]
    assert page.headers["content-encoding"] == "gzip"
    assert len(files) + 1 <= 5
    assert sum(packed) + len(gzip.compress(page.content, 1)) <= FIRST_PAGE_BYTES_MAX


async def test_a_file_is_kept_for_good_under_a_name_that_changes_with_it(visitor):
    seen = await visitor.open("/")
    [css] = [at["href"] for tag, at, _ in seen.tags if at.get("rel") == "stylesheet"]
    answer = await visitor.http.get(css, headers={"accept-encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert (await visitor.http.get("/static/app.0000000000.css")).status_code == 404


async def test_a_page_that_is_not_there_leads_home(visitor):
    seen = await visitor.open("/no/such/page")
    assert (seen.status, seen.link("回到首页")) == (404, "/home")


async def test_a_bug_is_answered_with_a_number_and_no_details(world):
    broken = Visitor(create(replace(world, real_name=None)), quiet=False)
    page = await broken.open(f"/?region={NINGBO}")
    seen = await broken.send(
        page, "/sign-in", name="王小芳", number="330212197503089911", phone="13800000001"
    )
    await broken.http.aclose()
    assert (seen.status, seen.h1) == (500, "这一步没有办成")
    assert seen.says("req01")
    assert "Error" not in seen.text


async def test_a_form_far_too_long_is_refused(visitor):
    page = await visitor.open(f"/?region={NINGBO}")
    seen = await visitor.send(page, "/sign-in", name="王" * 40000)
    assert (seen.status, seen.h1) == (400, "没有收到完整的内容")


async def test_a_rehearsal_says_so_on_every_page_of_its_city(visitor):
    seen = await visitor.open(f"/?region={NINGBO}")
    assert seen.says("演练：今天按 2024 年 2 月 6 日算")


async def test_the_way_in_decides_how_one_may_pay(sign_in, settle):
    visitor = await sign_in(await settle(NINGBO), channel="alipay_mini")
    page = await visitor.open("/for-whom")
    assert page.says("帮其他人缴")


async def test_notices_of_channels_go_to_their_own_door(world):
    heard = []

    async def notices(scope, receive, send):
        heard.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    channel = Visitor(create(world, notices=notices))
    answer = await channel.post("/notify/wechat/330200")
    await channel.http.aclose()
    assert (answer.status_code, heard) == (204, ["/notify/wechat/330200"])
