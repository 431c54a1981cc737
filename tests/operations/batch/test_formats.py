"""Every format is written and read in a whole run, by a bank that has never seen our code."""

from __future__ import annotations

import pytest
from tests.operations.batch.conftest import DAY, REGION, written_in

from shebao.core.deduction.packet import ResultUnreadable
from shebao.operations.batch.look import look_at_batch
from shebao.operations.batch.post import post_on
from shebao.operations.batch.send import mark_on
from shebao.operations.batch.take_in import take_in

WIDTHS = (1, 8, 32, 60, 15, 28, 29)  # 标志、序号、账号、户名、金额、协议号、流水号
TIME = "20231128101500"


def fixed(file, ends):
    """A bank that counts bytes: GBK, amounts in fen, no separators."""
    head, *rows = file.read_bytes().rstrip(b"\n").split(b"\n")
    assert {len(row) for row in rows} == {sum(WIDTHS)}
    assert head[33:41] == b"%08d" % len(rows)
    lines, fen = [], 0
    for row in rows:
        cut, at = [], 0
        for width in WIDTHS:
            cut.append(row[at : at + width].decode("gbk"))
            at += width
        assert cut[2].strip().startswith("6229")
        serial, amount = int(cut[1]), int(cut[4])
        code, says = ("1001", "余额不足") if serial in ends else ("0000", "成功")
        fen += amount
        padded = says.encode("gbk").ljust(40)
        reference = f"FX{serial:08}".ljust(32).encode()
        lines.append(
            b"2%08d%015d" % (serial, amount) + code.encode() + padded + reference + TIME.encode()
        )
    top = head[:33] + b"%08d%015d0101" % (len(lines), fen)
    return b"\n".join([top, *lines]) + b"\n"


def bank_tax(file, ends):
    """A rural bank's interface: UTF-8, the codes of the tax authority, no end line."""
    head, *rows = [line.split("|") for line in file.read_text("utf-8").splitlines()]
    assert head[2] == f"1{REGION}0000"
    lines, fen = [], 0
    for row in rows:
        assert (row[4], row[10:13], len(row[5])) == ("201", ["03", "0", "1"], 18)
        short = int(row[0]) in ends
        code, says = ("1001", "余额不足") if short else ("00000", "交易成功")
        fen += round(float(row[9]) * 100)
        lines.append([row[0], row[9], code, says, "" if short else f"TX{row[0]}", TIME])
    top = ["SB", head[1], head[3], str(len(lines)), f"{fen / 100:.2f}", "1", "1"]
    return "".join("|".join(row) + "\r\n" for row in [top, *lines]).encode()


async def sent_in(town, name):
    town.world = written_in(town.world, name)
    batch = await town.through(mark_on, await town.signed(DAY))
    [written] = await town.written(batch)
    return batch, written.file


async def came_back(town, name, answer, tmp_path):
    into = tmp_path / "answer"
    into.write_bytes(answer)
    taken = await take_in(town.world, REGION, into, format_name=name)
    seen = await look_at_batch(town.world, REGION, taken.batch_id)
    return await town.through(post_on, seen.batch)


@pytest.mark.parametrize(("name", "bank"), [("fixed", fixed), ("bank_tax", bank_tax)])
async def test_a_run_goes_through_in_this_format(known, tmp_path, name, bank):
    _, file = await sent_in(known, name)
    ended = await came_back(known, name, bank(file, {2, 4}), tmp_path)
    assert ended.state == "closed"
    assert await known.bills() == ["paid", "payable", "paid", "payable", "paid"]
    assert (await known.states(ended))[1] == ("failed", "short")


@pytest.mark.parametrize(("name", "bank"), [("fixed", fixed), ("bank_tax", bank_tax)])
async def test_a_file_that_lost_its_last_line_is_refused_in_any_format(known, tmp_path, name, bank):
    batch, file = await sent_in(known, name)
    whole = bank(file, set()).rstrip()
    with pytest.raises(ResultUnreadable):
        await came_back(known, name, whole[: whole.rindex(b"\n") + 1], tmp_path)
    assert await known.states(batch) == [("sent", "")] * 5


async def test_a_name_the_bank_cannot_read_is_let_go_and_its_payer_told(known):
    async with known.world.db.transaction() as tx:
        await tx.script(f"UPDATE persons SET name = '王𬎆' WHERE id = '{known.person(3)}'")
    batch, _ = await sent_in(known, "fixed")
    assert ((await known.states(batch))[2], batch.sent) == (("released", "unwritable"), 4)
    assert (await known.bills())[2] == "payable"
    told = await known.asked("SELECT serial FROM batch_errands WHERE batch_id = $1", batch.id)
    assert [row["serial"] for row in told] == [3]
