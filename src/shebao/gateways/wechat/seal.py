"""Seal: how WeChat Pay and we prove to each other who speaks.

Both sides sign a few lines, each ended by a newline, around the body's raw bytes. WeChat
tests us with signatures that cannot hold; we refuse those like any forgery, and the
true message follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shebao.core.channel import Forged
from shebao.gateways import signing
from shebao.gateways.wechat.account import WeChatAccount

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
_PROBE: Final = "WECHATPAY/SIGNTEST/"


def authorization(
    account: WeChatAccount,
    *,
    method: str,
    target: str,
    body: bytes,
    timestamp: str,
    nonce: str,
) -> str:
    """Make the Authorization header: the target is the path and query exactly as sent."""
    lines = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode()
    signature = signing.sign(account.merchant_key, b"%b%b\n" % (lines, body))
    return (
        f'{SCHEME} mchid="{account.mchid}",nonce_str="{nonce}",timestamp="{timestamp}",'
        f'serial_no="{account.merchant_serial}",signature="{signature}"'
    )


def check(
    headers: Mapping[str, str],
    body: bytes,
    *,
    trusted: Mapping[str, RSAPublicKey],
    now: datetime,
) -> None:
    """Make sure that WeChat signed these bytes just now, or raise Forged.

    The headers are asked for in lower case, as servers of our kind keep them.
    """
    signature = headers.get("wechatpay-signature")
    timestamp = headers.get("wechatpay-timestamp")
    nonce = headers.get("wechatpay-nonce")
    serial = headers.get("wechatpay-serial")
    if not (signature and timestamp and nonce and serial):
        raise Forged("unsigned")
    if headers.get("wechatpay-signature-type") != SCHEME:
        raise Forged("signature_type")
    if signature.startswith(_PROBE):
        raise Forged("probe")
    if not signing.is_recent(timestamp, now):
        raise Forged("stale")
    key = trusted.get(serial)
    if key is None:
        raise Forged("unknown_serial")
    if not nonce.isascii():
        raise Forged("signature")
    message = b"%b\n%b\n%b\n" % (timestamp.encode(), nonce.encode(), body)
    if not signing.signature_holds(key, message, signature):
        raise Forged("signature")
