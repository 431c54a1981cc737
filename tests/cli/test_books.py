"""`shebao statements`, `reconcile` and `close` keep the books from the command line."""

import asyncio
import json
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from tests.cli.programs import run
from tests.fresh_database import fresh_database

from shebao.cli.answers import DONE, REFUSED
from shebao.operations.world import SHANGHAI

NINGBO = ("--region", "330200")
DAY = f"{datetime.now(SHANGHAI) - timedelta(days=3):%Y-%m-%d}"
LONG_AGO = "2024-01-05"
HEADINGS = "时间,流水号,商户单号,金额,手续费,类型\n"
CCB = ("--source", "ccb", "--day", DAY)
MISUSE = 2


@pytest_asyncio.fixture(scope="module")
async def shebao(tmp_path_factory, real_server_url, outside):
    """The command line of an installation that has seen one file."""
    async with fresh_database(real_server_url) as url:
        settings = {
            "home": tmp_path_factory.mktemp("home"),
            "database_url": url,
            "credentials": outside.credentials,
            "sandbox_url": outside.url,
        }

        def said(*arguments):
            return run(*arguments, **settings)

        ended = await asyncio.to_thread(said, "migrate")
        assert ended.exit_code == DONE
        yield said


def written(folder, day):
    """A file of a bank whose cashier we have no wire to: money of nobody we know."""
    file = folder / "from the bank.csv"
    file.write_text(f"{HEADINGS}{day} 12:00:00,P1,,88.00,0.10,交易\n")
    return str(file)


@pytest.fixture(scope="module")
def found(shebao, tmp_path_factory):
    """The difference that comparing it finds."""
    file = written(tmp_path_factory.mktemp("file"), DAY)
    assert shebao("statements", "read", file, *NINGBO, *CCB).exit_code == DONE
    ran = shebao("reconcile", "run", *NINGBO, "--json")
    assert (ran.exit_code, json.loads(ran.stdout)["found"]) == (REFUSED, 1)
    span = ("--from", DAY, "--to", DAY)
    [line] = shebao("reconcile", "list", *NINGBO, *span, "--json").stdout.splitlines()
    return json.loads(line)


def test_a_file_is_read_once(shebao, tmp_path):
    whose = (*NINGBO, "--source", "ccb", "--day", LONG_AGO)
    read = ("statements", "read", written(tmp_path, LONG_AGO), *whose, "--json")
    told = [json.loads(shebao(*read).stdout) for _ in range(2)]
    assert [(one["lines"], one["new"]) for one in told] == [(1, True), (1, False)]


def test_a_difference_is_listed_with_its_kind_and_both_amounts(shebao, found):
    assert (found["kind"], found["number"]) == ("unknown", "P1")
    assert (found["theirs_fen"], found["ours_fen"]) == (8800, 0)
    table = shebao("reconcile", "list", *NINGBO, "--from", DAY, "--to", DAY).stdout
    assert "未知订单" in table


def test_what_a_remedy_would_post_is_shown_before_it_is_proposed(shebao, found):
    ran = shebao("reconcile", "preview", found["id"], *NINGBO, "--json")
    told = {one["remedy"]: one["entry"] for one in map(json.loads, ran.stdout.splitlines())}
    assert told == {
        "take_in": None,
        "book_apart": [["clearing:ccb", 8800], ["difference:ccb", -8800]],
    }


def test_two_clerks_mend_a_difference_and_undo_it(shebao, found):
    for_clerk = ("--name", "李明", "--office", "对账岗", "--duty", "books_propose")
    approving = ("--duty", "books_approve")
    assert shebao("clerk", "add", "330200", "A01", *for_clerk).exit_code == DONE
    assert shebao("clerk", "add", "330200", "A02", *for_clerk, *approving).exit_code == DONE
    proposing = ("--remedy", "book_apart", "--says", "查询收单行", "--clerk", "A01")
    repair_id = shebao("reconcile", "propose", found["id"], *NINGBO, *proposing).stdout.strip()
    assert repair_id in shebao("reconcile", "waiting", *NINGBO).stdout
    refused = shebao("reconcile", "approve", repair_id, *NINGBO, "--clerk", "A01")
    assert refused.exit_code == REFUSED, refused.output
    second = (*NINGBO, "--clerk", "A02")
    assert shebao("reconcile", "approve", repair_id, *second).exit_code == DONE
    assert "对账差异" in shebao("journal", "balance").stdout
    assert shebao("reconcile", "undo", repair_id, *second).exit_code == DONE
    assert shebao("journal", "check").exit_code == DONE


def test_an_unknown_number_is_misuse_and_an_unknown_clerk_is_refused(shebao, found):
    proposing = ("--remedy", "book_apart", "--says", "?", "--clerk", "nobody")
    assert shebao("reconcile", "preview", "dif-none", *NINGBO).exit_code == MISUSE
    ran = shebao("reconcile", "propose", found["id"], *NINGBO, *proposing)
    assert ran.exit_code == REFUSED, ran.output


def test_the_monitor_is_content_while_nothing_is_missing(shebao):
    ran = shebao("statements", "missing", "--json")
    assert ran.exit_code == DONE
    assert json.loads(ran.stdout) == {"missing": [], "altered": [], "unplaced": []}


def test_a_file_of_a_source_nobody_knows_is_refused(tmp_path, shebao):
    lost = tmp_path / "statement without a day.csv"
    lost.write_text("")
    ran = shebao("statements", "read", str(lost), *NINGBO, "--source", "nobody", "--day", DAY)
    assert ran.exit_code == REFUSED


def test_the_last_days_are_told_with_their_files(shebao):
    ran = shebao("reconcile", "days", *NINGBO, "--days", "2", "--json")
    assert [json.loads(line)["closed"] for line in ran.stdout.splitlines()] == [False, False]


def test_a_day_is_closed_exported_and_proved_from_the_export_alone(shebao, found, tmp_path):
    assert found["day"] == DAY
    closed = shebao("close", "day", *NINGBO, "--day", DAY, "--json")
    assert closed.exit_code == DONE, closed.output
    proved = shebao("close", "verify", *NINGBO, "--json")
    assert json.loads(proved.stdout) == {"ok": True, "days": 1, "doubts": []}
    export = tmp_path / "books.jsonl"
    assert shebao("close", "export", *NINGBO, "--file", str(export)).exit_code == DONE
    assert shebao("close", "verify", "--file", str(export)).exit_code == DONE
    export.write_text(export.read_text().replace('"entries": 0', '"entries": 1'))
    assert shebao("close", "verify", "--file", str(export)).exit_code == REFUSED


def test_a_day_that_is_not_over_is_not_closed(shebao):
    ran = shebao("close", "day", *NINGBO, "--day", "2999-01-01", "--json")
    assert ran.exit_code == REFUSED
    assert json.loads(ran.stdout)["refused"] == "day_not_over"


def test_closing_without_a_file_takes_two_clerks(shebao):
    ran = shebao("close", "day", *NINGBO, "--day", DAY, "--without", "停业", "--clerk", "A01")
    assert ran.exit_code == MISUSE


def test_fetching_says_of_every_channel_whether_its_file_came(shebao):
    ran = shebao("statements", "fetch", "--day", DAY, "--json")
    assert ran.exit_code == DONE, ran.output
    assert "wechat" in json.loads(ran.stdout)["came"]


def test_a_day_is_replayed_from_its_notices(shebao):
    ran = shebao("journal", "replay", DAY, *NINGBO, "--json")
    told = json.loads(ran.stdout)
    assert ran.exit_code == DONE
    assert (told["ok"], told["day"], told["notices"], told["doubts"]) == (True, DAY, 0, [])
