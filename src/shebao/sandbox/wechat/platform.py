"""Platform: what WeChat offers besides payments: its certificates, and an echo to test with."""

from __future__ import annotations

import secrets
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding

from shebao.sandbox import clock
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.faults import Plan
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import notices
from shebao.sandbox.wechat.fields import Fields, read_body
from shebao.sandbox.wechat.gate import Answer, Call
from shebao.sandbox.wechat.notices import News
from shebao.sandbox.wechat.refusals import nothing_here, param_error
from shebao.sandbox.wechat.signing import closed_for

_ECHO_MOST: Final = 128
_SECRET_MOST: Final = 1024


def certificates(town: Town, call: Call) -> Answer:
    """Hand out the platform certificate, sealed with the merchant's APIv3 key."""
    assert call.mchid == town.credentials.mchid
    certificate = town.credentials.platform_certificate
    pem = certificate.public_bytes(Encoding.PEM)
    listed = {
        "serial_no": town.credentials.platform_serial,
        "effective_time": certificate.not_valid_before_utc.astimezone(clock.CHINA).isoformat(),
        "expire_time": certificate.not_valid_after_utc.astimezone(clock.CHINA).isoformat(),
        "encrypt_certificate": town.seal.envelope(pem, "certificate"),
    }
    return Answer(200, {"data": [listed]})


def echo(town: Town, call: Call) -> Answer:
    """Say back what was said, also by a notice, so that a merchant can test its wiring."""
    fields = read_body(call.body)
    facts: dict[str, Any] = {"echo_message": fields.text("echo_message", most=_ECHO_MOST)}
    secret = _opened(town, call, fields)
    if secret is not None:
        public = town.credentials.merchant_public
        facts["encrypted_echo_message"] = closed_for(public, secret)
    if fields.told.get("notify_url") is not None:
        _tell(town, call, url=fields.notify_url(), facts=facts)
    return Answer(200, facts)


def nowhere(_town: Town, _call: Call) -> Answer:
    """Refuse, signed, what this rehearsal does not play."""
    raise nothing_here("接口不存在，或演练环境暂未提供")


def _opened(town: Town, call: Call, fields: Fields) -> str | None:
    secret = fields.maybe_text("encrypted_echo_message", most=_SECRET_MOST)
    if secret is None:
        return None
    opened = town.seal.opened(secret, call.signer)
    if opened is None:
        raise param_error("/encrypted_echo_message", secret, "不能用微信支付的密钥解开")
    return opened


def _tell(town: Town, call: Call, *, url: str, facts: dict[str, Any]) -> None:
    news = News(
        subject=f"echo-{secrets.token_hex(8)}",
        event="SECURITY_ECHO.SUCCESS",
        kind="security",
        facts={"mchid": call.mchid} | facts,
        url=url,
        signer=call.signer,
    )
    now = clock.now_ms()
    notice = notices.sealed(town.seal, news, Plan(), withheld=False, next_at=now)
    shelf.insert(town.ledger, notice)
    town.courier.carry(notice)
