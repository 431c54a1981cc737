"""The registries hear only their partner, and never say more than they must."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time

import pytest

CHECK = "/identity/v1/check"
SEND = "/sms/v1/messages"
WANG = {"name": "王小芳", "id_type": "resident_id", "id_number": "33020319900307002X"}


@pytest.fixture
def registry(merchant):
    merchant.pull("people", WANG)
    blocked = {"name": "李雷", "id_number": "110101199003070011", "status": "blocked"}
    merchant.pull("people", {"person": [blocked]})
    return merchant


def phone():
    return f"139{secrets.randbelow(10**8):08}"


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        ({}, "match"),
        ({"id_number": "33020319900307002x"}, "match"),
        ({"name": "王芳"}, "mismatch"),
        ({"id_number": "330203199003070038"}, "unknown"),
        ({"id_type": "passport"}, "unknown"),
        ({"name": "李雷", "id_number": "110101199003070011"}, "blocked"),
        ({"name": "韩梅", "id_number": "110101199003070011"}, "mismatch"),
    ],
)
def test_a_name_and_number_are_theirs_or_not(registry, changed, result):
    answer = registry.registry("identity", CHECK, WANG | changed)

    assert answer.status_code == 200
    assert answer.json()["result"] == result


def test_an_answer_is_signed_with_the_shared_secret(registry):
    answer = registry.registry("identity", CHECK, WANG)

    secret = json.loads((registry.folder / "identity.json").read_text())["secret"]
    stamp, nonce = answer.headers["X-Timestamp"], answer.headers["X-Nonce"]
    message = f"{stamp}\n{nonce}\n".encode() + answer.content + b"\n"
    due = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    assert answer.headers["X-Signature"] == due


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "guessed"},
        {"app_id": "somebody"},
        {"timestamp": str(int(time.time()) - 301)},
        {"timestamp": "soon"},
        {"nonce": ""},
        {"sent_body": json.dumps(WANG | {"name": "王芳"})},
    ],
    ids="-".join,
)
def test_whoever_is_not_the_partner_is_refused(registry, changed):
    assert registry.registry("identity", CHECK, WANG, **changed).status_code == 401


def test_a_question_asked_before_is_refused(registry):
    nonce = secrets.token_hex(8)

    answers = [registry.registry("identity", CHECK, WANG, nonce=nonce) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"name": ""}', '{"name": 1}'])
def test_a_malformed_question_is_refused(registry, body):
    assert registry.registry("identity", CHECK, {}, body=body).status_code == 400


@pytest.mark.parametrize(
    ("fault", "name", "path", "facts"),
    [
        ("identity_down", "identity", CHECK, WANG),
        ("sms_down", "sms", SEND, {"phone": "13900000001", "template": "t"}),
    ],
)
def test_a_registry_may_be_down(registry, fault, name, path, facts):
    registry.pull("faults", {"kind": fault})

    answers = [registry.registry(name, path, facts).status_code for _ in range(2)]

    assert answers == [503, 200]


def test_a_message_reaches_the_inbox(registry):
    to = phone()
    facts = {"phone": to, "template": "sign_in", "parameters": {"code": "204867"}}

    answer = registry.registry("sms", SEND, facts)

    inbox = registry.http.get(f"{registry.url}/sms/inbox.json?phone={to}").json()
    page = registry.http.get(f"{registry.url}/sms/inbox").text
    assert answer.json() == {"message_id": inbox[0]["message_id"], "status": "accepted"}
    assert [one["parameters"] for one in inbox] == [{"code": "204867"}]
    assert "204867" in page
    assert to in page


def test_what_a_message_says_cannot_harm_the_inbox(registry):
    facts = {"phone": phone(), "template": "t", "parameters": {"word": "<script>1</script>"}}

    registry.registry("sms", SEND, facts)

    assert "<script>" not in registry.http.get(f"{registry.url}/sms/inbox").text


def test_one_phone_gets_one_message_a_minute_of_each_kind(registry):
    to = phone()
    kinds = ("sign_in", "sign_in", "receipt")

    sent = [registry.registry("sms", SEND, {"phone": to, "template": kind}) for kind in kinds]
    time.sleep(0.15)  # A minute, six hundred times faster, and a little.
    later = registry.registry("sms", SEND, {"phone": to, "template": "sign_in"})

    assert [answer.status_code for answer in sent] == [200, 429, 200]
    assert later.status_code == 200


@pytest.mark.parametrize(
    "facts",
    [
        {"phone": "12345", "template": "t"},
        {"phone": "13900000002", "template": "a b"},
        {"phone": "13900000002"},
        {"phone": "13900000002", "template": "t", "parameters": {"code": 1}},
    ],
)
def test_a_malformed_message_is_refused(registry, facts):
    assert registry.registry("sms", SEND, facts).status_code == 400
