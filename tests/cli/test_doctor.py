"""Doctor finds what is broken, one thing at a time, and says how to mend it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.programs import run
from tests.real_server import free_port

from shebao.cli.checks import CHECKS

NAMES = [name for name, _, _ in CHECKS]


def examine(**settings: str | Path) -> tuple[int, dict[str, dict[str, object]]]:
    ended = run("doctor", "--json", **settings)
    told = json.loads(ended.stdout)
    assert told["ok"] is all(check["ok"] for check in told["checks"])
    return ended.exit_code, {check["check"]: check for check in told["checks"]}


@pytest.fixture
def whole(tmp_path, outside, fresh_database) -> dict[str, str | Path]:
    """Settings of an installation that has nothing wrong with it."""
    settings = {
        "home": tmp_path,
        "database_url": fresh_database,
        "sandbox_url": outside.url,
        "credentials": outside.credentials,
    }
    run("migrate", **settings)
    return settings


def test_a_whole_installation_is_found_whole(whole) -> None:
    code, found = examine(**whole)
    assert [name for name in NAMES if not found[name]["ok"]] == []
    assert code == 0


def test_every_check_is_told_in_words_a_person_reads(whole) -> None:
    ended = run("doctor", **whole)
    assert ended.stdout.count("✓") == len(CHECKS)


@pytest.mark.parametrize(
    ("check", "changes", "remedy"),
    [
        ("database", lambda: {"database_url": f"postgresql://x@127.0.0.1:{free_port()}/x"}, "地址"),
        ("keys", lambda: {"keys": "1:short;lookup:short"}, "32 字节"),
        ("packs", lambda: {"policies": Path(__file__).parent}, "SHEBAO_POLICIES"),
        ("credentials", lambda: {"credentials": Path(__file__).parent}, "bin/demo"),
        ("channel", lambda: {"sandbox_url": f"http://127.0.0.1:{free_port()}"}, "sandbox"),
    ],
    ids=["database", "keys", "packs", "credentials", "channel"],
)
def test_a_broken_part_is_found_alone_and_with_its_remedy(whole, check, changes, remedy) -> None:
    code, found = examine(**(whole | changes()))
    assert code == 1
    assert [name for name in NAMES if not found[name]["ok"]] == [check]
    assert remedy in found[check]["do"]


def test_a_database_without_our_tables_is_told_what_to_run(whole, real_server_url) -> None:
    _, found = examine(**(whole | {"database_url": real_server_url}))
    assert found["database"]["do"] == "运行 shebao migrate。"


def test_keys_that_others_may_read_are_found(whole, tmp_path) -> None:
    run("doctor", **whole)
    (tmp_path / "keys").write_text("1:" + "A" * 43 + "=;lookup:" + "A" * 43 + "=")
    (tmp_path / "keys").chmod(0o644)
    _, found = examine(**whole)
    assert found["keys"]["do"] == f"运行 chmod 600 {tmp_path / 'keys'}"
