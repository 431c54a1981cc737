"""An account is read whole from its folder, or the file that is wrong is named."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.gateways.alipay_side import GOLDEN

from shebao.gateways.alipay.account import read_account


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(GOLDEN, tmp_path / "golden")


def written(folder, **changed):
    facts = json.loads((folder / "alipay.json").read_text()) | changed
    (folder / "alipay.json").write_text(json.dumps(facts))


def test_the_real_alipay_is_where_it_says(folder):
    assert read_account(folder).gateway_url == "https://openapi.alipay.com/gateway.do"


@pytest.mark.parametrize(
    ("gateway_url", "found"),
    [
        ("alipay/gateway.do", "http://127.0.0.1:8100/alipay/gateway.do"),
        ("https://elsewhere.example/gateway.do", "https://elsewhere.example/gateway.do"),
    ],
)
def test_a_gateway_leads_on_from_the_base_or_is_whole(folder, gateway_url, found):
    written(folder, gateway_url=gateway_url)
    assert read_account(folder, base_url="http://127.0.0.1:8100").gateway_url == found


@pytest.mark.parametrize("name", ["app_id", "seller_id", "gateway_url"])
@pytest.mark.parametrize("value", ["", None, 7])
def test_a_fact_that_is_missing_is_named(folder, name, value):
    written(folder, **{name: value})
    with pytest.raises(ValueError, match=name):
        read_account(folder)


@pytest.mark.parametrize("name", ["alipay_app_key.pem", "alipay_public_key.pem"])
def test_a_file_that_is_no_key_is_refused(folder, name):
    (folder / name).write_text("not a key")
    with pytest.raises(ValueError, match=r"PEM|key|load"):
        read_account(folder)


def test_no_secret_is_written_out(folder):
    account = read_account(folder)
    assert "RSA" not in repr(account)
    assert account.app_id in repr(account)
