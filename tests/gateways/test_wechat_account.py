"""The credential files are read whole, or we hear which one is wrong."""

from __future__ import annotations

import json
import shutil

import pytest

from shebao.gateways.wechat.account import PRODUCTION, read_account


@pytest.fixture
def folder(golden, tmp_path):
    return shutil.copytree(golden, tmp_path / "credentials")


def test_an_account_is_read_from_its_folder(folder):
    account = read_account(folder)
    assert account.mchid == "1900000001"
    assert account.base_url == PRODUCTION
    assert set(account.trusted) == {
        "PUB_KEY_ID_0119000000012026120100000000000001",
        "5F1C9D0E2B7A4C3388AA",
    }


def test_an_account_does_not_show_its_secrets(folder):
    shown = repr(read_account(folder))
    assert "golden-api-v3" not in shown
    assert "PrivateKey" not in shown


def test_without_the_public_key_we_are_in_certificate_mode(folder):
    (folder / "platform_public_key.pem").unlink()
    account = read_account(folder)
    assert account.public_key_id is None
    assert set(account.trusted) == {"5F1C9D0E2B7A4C3388AA"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mchid", ""),
        ("appid", None),
        ("merchant_serial", 5),
        ("apiv3_key", "too short"),
        ("platform_serial", "1234"),
    ],
)
def test_a_fact_that_is_missing_or_wrong_is_named(folder, name, value):
    facts = json.loads((folder / "wechat.json").read_text())
    (folder / "wechat.json").write_text(json.dumps({**facts, name: value}))
    with pytest.raises(ValueError, match=name):
        read_account(folder)


@pytest.mark.parametrize(
    "name", ["merchant_key.pem", "platform_public_key.pem", "platform_cert.pem"]
)
def test_a_key_that_is_none_is_refused(folder, name):
    (folder / name).write_text("nothing")
    with pytest.raises(ValueError, match=r".+"):
        read_account(folder)


def test_a_missing_key_is_named(folder):
    (folder / "merchant_key.pem").unlink()
    with pytest.raises(FileNotFoundError, match=r"merchant_key\.pem"):
        read_account(folder)
