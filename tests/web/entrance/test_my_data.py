"""My data: behind a door, one file, which opens everywhere, and is told of in the log."""

import csv
import io
import json
from zipfile import ZipFile

from tests.web.entrance.conftest import NINGBO, TIERED

FILE = "/me/data/history.zip"


async def test_who_is_not_signed_in_gets_no_file(visitor):
    await visitor.open(f"/?region={NINGBO}")
    answer = await visitor.http.get(FILE)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")


async def test_the_file_holds_what_is_owed_and_opens_in_a_spreadsheet(settle, sign_in):
    resident = await settle(NINGBO, TIERED, owes=["1000", "600"])
    browser = await sign_in(resident)
    assert (await browser.open((await browser.open("/me")).link("我的数据"))).h1 == "我的数据"
    answer = await browser.http.get(FILE)
    kept = answer.headers
    assert (kept["content-type"], "no-store" in kept["cache-control"]) == ("application/zip", True)
    assert kept["content-disposition"].startswith("attachment; filename*=UTF-8''")
    zipped = ZipFile(io.BytesIO(answer.content))
    whole = json.loads(zipped.read("history.json"))
    assert (whole["format"], whole["region"]) == ("shebao.history.1", NINGBO)
    assert whole["person"][0]["name"] == resident.name
    assert resident.number not in json.dumps(whole, ensure_ascii=False)
    told = zipped.read("应缴.csv")
    assert told.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(told.decode("utf-8-sig"))))
    assert sorted(row["金额（元）"] for row in rows) == ["1000.00", "600.00"]
    assert {row["状态"] for row in rows} == {"待缴费"}


async def test_having_taken_it_out_is_told_in_the_log(settle, sign_in):
    browser = await sign_in(await settle(NINGBO))
    await browser.http.get(FILE)
    page = await browser.open("/me/who-saw")
    assert page.says("您自己")
    assert page.says("下载了您的全部数据")
    assert page.says("没有人登记过要帮您缴费")
