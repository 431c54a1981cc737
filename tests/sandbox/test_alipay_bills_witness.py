"""Somebody else's SDK fetches a day's bill, and the sandbox's zip is as Alipay's is."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.sandbox.alipay_merchant import china
from tests.sandbox.test_alipay_witness import (  # noqa: F401  They are fixtures.
    alipay,
    mailbox,
    number,
    scanned,
    sdk,
)

ADDRESS = "alipay.data.dataservice.bill.downloadurl.query"


@pytest.fixture
def day():
    return china()[:10]


def asked(sdk, day):  # noqa: F811
    return sdk.server_api(ADDRESS, {"bill_type": "trade", "bill_date": day})


def test_the_sdk_fetches_the_zip_of_a_day(sdk, alipay, scanned, day):  # noqa: F811
    alipay.pull(f"attempts/{scanned}/pay")
    sdk.api_alipay_trade_refund("0.50", out_trade_no=scanned, out_request_no=f"r{scanned}")
    alipay.pull("statements", {"channel": "alipay", "day": day})

    answer = alipay.http.get(asked(sdk, day)["bill_download_url"])

    packed = zipfile.ZipFile(io.BytesIO(answer.content), metadata_encoding="gbk")
    owner = f"{alipay.told['seller_id']}0156_{day.replace('-', '')}"
    summary, detail = packed.namelist()
    assert (detail, summary) == (f"{owner}_业务明细.csv", f"{owner}_业务明细(汇总).csv")
    assert [one.flag_bits & 0x800 for one in packed.infolist()] == [0, 0]
    lines = packed.read(detail).decode("gbk").split("\r\n")
    rows = [line.split(",") for line in lines if scanned in line]
    assert [len(row) for row in [lines[4].split(","), *rows]] == [25] * 3
    assert [(row[2].strip(), row[12], row[21].strip(), row[22]) for row in rows] == [
        ("交易", "380.50", "", "-0.76"),
        ("退款", "-0.50", f"r{scanned}", "0.00"),
    ]
    assert len(packed.read(summary).decode("gbk").split("\r\n")[4].split(",")) == 12


def test_the_sdk_hears_that_there_is_no_bill(sdk, alipay, day):  # noqa: F811
    mishap = {"kind": "file_none"}
    alipay.pull("statements", {"channel": "alipay", "day": day, "mishaps": [mishap]})

    said = asked(sdk, day)

    assert (said["code"], said["sub_code"]) == ("40004", "isp.bill_not_exist")


def test_an_address_that_nobody_gave_out_leads_nowhere(alipay):  # noqa: F811
    path = "/alipay/downloadBillFile.resource?fileId=x"
    assert alipay.http.get(alipay.url + path).status_code == 403


def test_an_order_for_a_file_nobody_makes_is_refused(alipay, day):  # noqa: F811
    answer = alipay.http.post(
        f"{alipay.url}/sandbox/statements", json={"channel": "gold", "day": day}
    )
    assert answer.status_code == 400
