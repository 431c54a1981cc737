"""Clerks run a batch from the console: files are carried by hand, and answers brought back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.operations.batch.conftest import ENDED, NUMBERS, REGION, Town
from tests.operations.batch.paper_bank import PaperBank
from tests.web.at_the_console import clerk_with

from shebao.core.desk.clerk import Duty
from shebao.gateways.packet.desk import PacketDesk
from shebao.operations.batch.send import mark_on
from shebao.operations.batch.sign import hold_on
from shebao.web.main import create

DAY = date(2023, 11, 28)


@pytest.fixture
async def town(world, tmp_path):
    """Three people of Changzhou to collect from, and no wire to their bank."""
    async with world.db.transaction() as tx:
        for table in ("mandates", "batches"):
            await tx.script(ENDED.format(table))
    desk = PacketDesk(tmp_path / "packets", world.packets.formats)
    return await Town(replace(world, packets=desk, batches={}), next(NUMBERS), 3).settle()


@pytest.fixture
async def two(town):
    """One who builds and one who signs, at work."""
    app = create(town.world, inbox_url="", cashiers=())
    builds = await clerk_with(app, town.world, Duty.BATCH_BUILD, region=REGION)
    signs = await clerk_with(app, town.world, Duty.BATCH_SIGN, name="周建国", region=REGION)
    await builds.comes_in()
    await signs.comes_in()
    yield builds, signs
    await builds.http.aclose()
    await signs.http.aclose()


async def built(builds):
    """The page of a new run."""
    page = await builds.open("/console/batches")
    form = page.form("/console/batches").values | {"scheme": "resident_medical", "day": f"{DAY}"}
    done = await builds.post("/console/batches", **form)
    return await builds.open(done.headers["location"])


async def sent(town, two):
    """The page of a run that was signed and is away, its clerk, and the file for the bank."""
    builds, signs = two
    page = await signs.open((await built(builds)).path)
    page = await signs.send(page, f"{page.path}/sign")
    async with town.world.db.reading() as tx:
        row = await tx.connection.fetchrow(
            "SELECT id FROM batches WHERE region_code = $1 AND state = 'signed'", REGION
        )
    batch = replace(await town.built(DAY), id=row["id"])
    await town.through(mark_on, await town.through(hold_on, batch))
    return await signs.open(page.path), signs


async def test_who_built_a_run_is_shown_no_way_to_sign_it(two):
    builds, _ = two
    page = await built(builds)
    assert page.says("这一批由您制作，请另一名经办人复核")
    answer = await builds.post(
        f"{page.path}/sign", csrf=page.form(f"{page.path}/cancel").values["csrf"]
    )
    assert answer.status_code == 403


async def test_who_took_a_file_with_account_numbers_is_written_down(town, two):
    page, signs = await sent(town, two)
    form = page.form(f"{page.path}/packets/1")
    file = await signs.http.post(form.action, data=form.values)
    assert "6229" in file.content.decode("gb18030")
    assert (await signs.open(page.path)).says("下载过")


async def test_an_answer_that_was_brought_closes_the_run_and_says_who_failed(town, two, tmp_path):
    page, signs = await sent(town, two)
    form = page.form(f"{page.path}/packets/1")
    demand = tmp_path / "demand.txt"
    demand.write_bytes((await signs.http.post(form.action, data=form.values)).content)
    answer = PaperBank(demand, {2: "short"}).answer(tmp_path / "answer.txt")
    form = page.form(f"{page.path}/answer")
    told = {"data": {"csrf": form.values["csrf"]}, "files": {"answer": answer.read_bytes()}}
    assert (await signs.http.post(form.action, **told)).status_code == 303
    page = await signs.open(page.path)
    assert page.says("已结束")
    assert page.says("账户余额不足")
    failed = await signs.open(f"{page.path}/short")
    assert failed.says("账户余额不足支付")
    assert failed.says("王*芳")


async def test_a_form_without_a_file_comes_back_and_says_so(town, two):
    page, signs = await sent(town, two)
    assert (await signs.send(page, f"{page.path}/answer")).says("没有选文件")
