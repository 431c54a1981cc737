"""Line: one signed question to WeChat Pay, and its signed answer.

A success that WeChat did not sign just now is Forged and never believed. A failure is
believed unsigned, because not every failure is signed on this wire; but a signature that
is there must hold, and a page of some proxy in between is no answer at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shebao.core.channel import ChannelRefused, Forged, Method
from shebao.core.ids import Entropy
from shebao.core.refusals import Unanswered, Unreached
from shebao.gateways import signing
from shebao.gateways.transport import Answer, Transport
from shebao.gateways.wechat import seal
from shebao.gateways.wechat.account import WeChatAccount
from shebao.gateways.wechat.told import (
    UNREADABLE,
    Words,
    inner,
    objects,
    read_words,
    text,
)

WHOM: Final = Method.WECHAT.value
_CERTIFICATES: Final = "/v3/certificates"
_NONCE_BYTES: Final = 16
_FILE: Final = 200
_OK: Final = range(200, 300)
_REFUSED: Final = range(400, 500)
_TOO_MANY: Final = 429
# Codes that say WeChat itself does not know, whatever the status they come with.
_UNDECIDED: Final = frozenset(
    {
        "SYSTEM_ERROR",
        "SYSTEMERROR",
        "BANK_ERROR",
        "BANKERROR",
        "FREQUENCY_LIMITED",
        "FREQUENCY_LIMIT_EXCEED",
        "RATELIMIT_EXCEEDED",
    }
)


class Line:
    """The conversation with WeChat Pay: we sign what we ask, and check what we hear."""

    def __init__(
        self,
        account: WeChatAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self.account = account
        self.trusted: Mapping[str, RSAPublicKey] = account.trusted
        self._transport = transport
        self._now = now
        self._entropy = entropy

    def signed_now(self) -> tuple[str, str]:
        """Take the timestamp and the nonce of the next thing we sign."""
        return str(int(self._now().timestamp())), self._entropy(_NONCE_BYTES).hex()

    async def get(self, target: str) -> Words:
        """Ask a question that changes nothing."""
        return await self._believed(await self._sent("GET", target, b""))

    async def post(self, target: str, words: Words, *, serial: str | None = None) -> Words:
        """Ask for something to be done; an empty answer means that it was.

        ``serial`` names the key that parts of the words are concealed with, if any are.
        """
        body = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._believed(await self._sent("POST", target, body, serial=serial))

    async def concealing(self) -> tuple[str, RSAPublicKey]:
        """Choose the key of WeChat's that nobody but WeChat can read behind, with its serial."""
        if not self.trusted:
            await self.learn()
        serial = self.account.public_key_id or next(reversed(list(self.trusted)))
        return serial, self.trusted[serial]

    async def download(self, url: str, take: Callable[[bytes], object]) -> None:
        """Hand on a file piece by piece. Nobody signs it: it must be known by its hash."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = self._headers("GET", target, b"") | {"accept": "*/*"}
        answer = await self._transport.download(whom=WHOM, url=url, headers=headers, take=take)
        if answer.status != _FILE:
            raise self._refusal(answer, self._now())

    async def learn(self) -> Mapping[str, datetime]:
        """Fetch the platform certificates, believe those in force, and say when each ends.

        The list is signed with one of the very certificates in it. That is no circle: only
        who knows our APIv3 key can have encrypted them.
        """
        answer = await self._sent("GET", _CERTIFICATES, b"")
        now = self._now()
        if answer.status not in _OK:
            raise self._refusal(answer, now)
        listed, ends = self._certificates(answer.body, now)
        kept = {
            serial: key
            for serial, key in self.account.trusted.items()
            if serial == self.account.public_key_id
        }
        seal.check(answer.headers, answer.body, trusted={**self.trusted, **listed}, now=now)
        self.trusted = {**kept, **listed}
        return ends

    async def _learn_now(self) -> None:
        """WeChat has a new certificate, or we have only just begun; the answer waits for it."""
        try:
            await self.learn()
        except Unreached as silence:  # What we asked before has arrived all the same.
            raise Unanswered(WHOM) from silence

    def _certificates(
        self,
        body: bytes,
        now: datetime,
    ) -> tuple[dict[str, RSAPublicKey], dict[str, datetime]]:
        keys, ends = {}, {}
        try:
            for one in objects(read_words(body), "data"):
                sealed = inner(one, "encrypt_certificate")
                pem = signing.open_sealed(
                    self.account.cipher,
                    nonce=text(sealed, "nonce"),
                    ciphertext=text(sealed, "ciphertext"),
                    associated=text(sealed, "associated_data"),
                )
                found = signing.certificate(pem)
                serial = text(one, "serial_no")
                if not signing.certificate_is(found, serial):
                    raise Forged("unreadable")
                if found.not_valid_before_utc <= now < found.not_valid_after_utc:
                    keys[serial] = signing.certificate_key(found)
                    ends[serial] = found.not_valid_after_utc
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        return keys, ends

    async def _sent(
        self, method: str, target: str, body: bytes, *, serial: str | None = None
    ) -> Answer:
        headers = self._headers(method, target, body)
        return await self._transport.ask(
            whom=WHOM,
            method=method,
            url=self.account.base_url + target,
            headers=headers | {"wechatpay-serial": serial} if serial else headers,
            body=body,
        )

    def _headers(self, method: str, target: str, body: bytes) -> dict[str, str]:
        timestamp, nonce = self.signed_now()
        headers = {
            "authorization": seal.authorization(
                self.account,
                method=method,
                target=target,
                body=body,
                timestamp=timestamp,
                nonce=nonce,
            ),
            "accept": "application/json",
            "content-type": "application/json",
            "user-agent": "shebao",
        }
        if self.account.public_key_id is not None:
            headers["wechatpay-serial"] = self.account.public_key_id
        return headers

    async def _believed(self, answer: Answer) -> Words:
        serial = answer.headers.get("wechatpay-serial")
        if serial and self.account.public_key_id is None and serial not in self.trusted:
            await self._learn_now()
        now = self._now()
        if answer.status not in _OK:
            raise self._refusal(answer, now)
        seal.check(answer.headers, answer.body, trusted=self.trusted, now=now)
        if not answer.body:
            return {}
        try:
            return read_words(answer.body)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    def _refusal(self, answer: Answer, now: datetime) -> ChannelRefused | Unanswered:
        if answer.status not in _REFUSED:
            return Unanswered(WHOM)
        if "wechatpay-signature" in answer.headers and self.trusted:
            seal.check(answer.headers, answer.body, trusted=self.trusted, now=now)
        try:
            words = read_words(answer.body)
            code = text(words, "code")
        except UNREADABLE:
            return Unanswered(WHOM)
        if answer.status == _TOO_MANY or code in _UNDECIDED:
            return Unanswered(WHOM)
        return ChannelRefused(WHOM, code, str(words.get("message", "")))
