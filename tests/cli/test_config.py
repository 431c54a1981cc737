"""The environment is read once; what it says wrongly is named, with the remedy."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from shebao.config import SETTINGS, Config, SettingNotUnderstood, read_config


def test_nothing_needs_to_be_set() -> None:
    config = read_config({"HOME": "/home/li"})
    assert config.home.name == "shebao"
    assert config.database_url is None
    assert config.base_url == "http://127.0.0.1:8000"
    assert (config.policies / "330200").is_dir()


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    named = {setting.name.removeprefix("SHEBAO_").lower() for setting in SETTINGS}
    assert named == {field.name for field in fields(Config)}


def test_every_setting_says_what_it_is_for() -> None:
    assert [setting.name for setting in SETTINGS if not setting.help.endswith(".")] == []


def test_an_empty_variable_is_no_variable() -> None:
    assert read_config({"SHEBAO_DATABASE_URL": " ", "SHEBAO_LOG": ""}).database_url is None


def test_credentials_lie_in_the_home_unless_said_otherwise() -> None:
    assert read_config({"SHEBAO_HOME": "/srv/s"}).credentials == Path("/srv/s/credentials")


def test_a_rehearsal_gives_each_region_its_day() -> None:
    config = read_config({"SHEBAO_REHEARSAL": "330200=2024-02-06, 110000=2025-03-01"})
    assert config.rehearsal == {"330200": date(2024, 2, 6), "110000": date(2025, 3, 1)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHEBAO_HOME", __file__),
        ("SHEBAO_DATABASE_URL", "mysql://localhost/shebao"),
        ("SHEBAO_BASE_URL", "shebao.example.cn"),
        ("SHEBAO_BASE_URL", "https://shebao.example.cn/?a=1"),
        ("SHEBAO_SANDBOX_URL", "ftp://127.0.0.1"),
        ("SHEBAO_REHEARSAL", "Ningbo=2024-02-06"),
        ("SHEBAO_REHEARSAL", "330200=6 February"),
        ("SHEBAO_LOG", "loud"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_remedy(name: str, value: str) -> None:
    with pytest.raises(SettingNotUnderstood) as wrong:
        read_config({name: value})
    assert wrong.value.setting == name
    assert wrong.value.remedy


def test_a_config_that_is_printed_shows_no_secret() -> None:
    secret = {"SHEBAO_DATABASE_URL": "postgresql://u:hunter2@h/d", "SHEBAO_KEYS": "1:hunter2"}
    assert "hunter2" not in repr(read_config(secret))
