"""The channel hears only what its merchant signed, just now, once; and signs what it says."""

from __future__ import annotations

import json
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

ECHO = "/v3/security/echo"


def code(answer):
    return answer.status_code, answer.json()["code"]


def ago(seconds):
    return str(int(time.time()) - seconds)


@pytest.mark.parametrize(
    "changed",
    [
        {"timestamp": "now"},
        {"serial_no": "4F4864EA9B34415"},
        {"signature": "bm90IGEgc2lnbmF0dXJl"},
        {"signature": "not base64!"},
        {"nonce_str": ""},
        {"key": generate_private_key(65537, 2048)},
    ],
    ids="-".join,
)
def test_a_forged_request_is_refused(merchant, changed):
    answer = merchant.call("POST", ECHO, {"echo_message": "hello"}, **changed)

    assert code(answer) == (401, "SIGN_ERROR")


@pytest.mark.parametrize("age", [301, -310])
def test_a_stale_request_is_refused(merchant, age):
    answer = merchant.call("POST", ECHO, {"echo_message": "hello"}, timestamp=ago(age))

    assert code(answer) == (401, "SIGN_ERROR")


@pytest.mark.parametrize("header", ["", "Basic abc", 'WECHATPAY2-SHA256-RSA2048 mchid="1"'])
def test_a_request_without_a_whole_authorization_is_refused(merchant, header):
    answer = merchant.send("POST", ECHO, "{}", {"Authorization": header} if header else {})

    assert code(answer) == (401, "SIGN_ERROR")


def test_a_stranger_merchant_is_refused(merchant):
    answer = merchant.call("POST", ECHO, {"echo_message": "hello"}, mchid="1900000001")

    assert code(answer) == (400, "MCH_NOT_EXISTS")


def test_a_replayed_request_is_refused(merchant):
    body = json.dumps({"echo_message": "hello"})
    headers = {"Authorization": merchant.authorization("POST", ECHO, body)}

    first = merchant.send("POST", ECHO, body, headers)
    second = merchant.send("POST", ECHO, body, headers)

    assert first.status_code == 200
    assert code(second) == (401, "SIGN_ERROR")


def test_a_body_changed_on_the_way_is_refused(merchant):
    body = json.dumps(merchant.order())
    path = "/v3/pay/transactions/jsapi"
    headers = {"Authorization": merchant.authorization("POST", path, body)}

    answer = merchant.send("POST", path, body.replace("500000", "500001"), headers)

    assert code(answer) == (401, "SIGN_ERROR")


def test_a_query_changed_on_the_way_is_refused(merchant):
    path = f"/v3/pay/transactions/out-trade-no/{merchant.opened()}?mchid="
    signed = merchant.authorization("GET", path + "1", "")

    answer = merchant.send("GET", path + merchant.told["mchid"], "", {"Authorization": signed})

    assert code(answer) == (401, "SIGN_ERROR")


def test_a_forger_cannot_use_up_the_merchants_nonce(merchant):
    facts = {"echo_message": "hello"}

    merchant.call("POST", ECHO, facts, nonce_str="mine", signature="Zm9yZ2Vk")
    answer = merchant.call("POST", ECHO, facts, nonce_str="mine")

    assert answer.status_code == 200


@pytest.mark.parametrize("named", ["public_key_id", "platform_serial"])
def test_the_answer_is_signed_by_the_key_the_request_names(merchant, named):
    serial = merchant.told[named]

    answer = merchant.call(
        "POST", ECHO, {"echo_message": "你好"}, headers={"Wechatpay-Serial": serial}
    )

    assert answer.headers["Wechatpay-Serial"] == serial
    assert merchant.is_true(answer.headers, answer.content)


def test_a_key_nobody_has_is_refused(merchant):
    answer = merchant.call(
        "POST", ECHO, {"echo_message": "hello"}, headers={"Wechatpay-Serial": "PUB_KEY_ID_zz"}
    )

    assert code(answer) == (400, "PARAM_ERROR")


def test_refusals_and_empty_answers_are_signed_as_well(merchant):
    number = merchant.opened()
    mchid = {"mchid": merchant.told["mchid"]}

    closed = merchant.call("POST", f"/v3/pay/transactions/out-trade-no/{number}/close", mchid)
    unknown = merchant.asked("never-opened-1")
    elsewhere = merchant.call("GET", "/v3/marketing/favor/stocks")

    assert (closed.status_code, closed.content) == (204, b"")
    assert code(unknown) == (404, "ORDER_NOT_EXIST")
    assert code(elsewhere) == (404, "RESOURCE_NOT_EXISTS")
    assert merchant.is_true(closed.headers, closed.content)
    assert merchant.is_true(unknown.headers, unknown.content)
    assert merchant.is_true(elsewhere.headers, elsewhere.content)


def test_certificates_come_sealed_with_the_merchants_own_key(merchant):
    listed = merchant.call("GET", "/v3/certificates").json()["data"]

    pem = merchant.opens(listed[0]["encrypt_certificate"])

    assert listed[0]["serial_no"] == merchant.told["platform_serial"]
    assert pem == (merchant.folder / "platform_cert.pem").read_text()


def test_an_echo_comes_back_twice(merchant, mailbox):
    facts = {"echo_message": "你好", "notify_url": mailbox.url}

    answer = merchant.call("POST", ECHO, facts)
    letter = mailbox.wait_for(1)[0]

    notice = json.loads(letter.body)
    assert answer.json()["echo_message"] == "你好"
    assert notice["event_type"] == "SECURITY_ECHO.SUCCESS"
    assert json.loads(merchant.opens(notice["resource"]))["echo_message"] == "你好"


def test_what_only_the_channel_may_know_is_readable_by_its_owner_alone(merchant):
    secrets = sorted((merchant.folder / "sandbox").glob("*.pem"))

    assert [path.stat().st_mode & 0o077 for path in secrets] == [0, 0, 0]
    assert (merchant.folder / "sandbox").stat().st_mode & 0o077 == 0
