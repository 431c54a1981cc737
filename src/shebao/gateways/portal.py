"""Portal (政务账号单点登录): a government portal says who somebody is, by OpenID Connect.

We find the portal's addresses and keys by its issuer, send the payer there with a state, a nonce
and a proof of ours (PKCE), bring the code that comes back, and believe the signed id token and
nothing else. The portals have checked names and numbers; one that has not says so by its level.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt

from shebao.core.channel import Forged
from shebao.core.refusals import Refusal
from shebao.gateways.transport import Transport

SCOPES: Final = "openid profile realname"
_KNOWN_FOR: Final = timedelta(hours=1)
_LEEWAY: Final = timedelta(seconds=60)
_ALGORITHMS: Final = ["RS256", "PS256", "ES256"]  # Never "none", never a shared secret.
_OK: Final = 200
_CLAIMS: Final = ("sub", "name", "id_type", "id_number")


@dataclass(eq=False)
class PortalRefused(Refusal):
    """The portal answered, and its answer is no."""

    portal: str
    why: str


@dataclass(eq=False)
class PortalNotRealName(Refusal):
    """The portal has not checked this account's real name."""

    portal: str


@dataclass(frozen=True, slots=True)
class PortalAccount:
    """Who we are to a portal, and the secret we share with it."""

    id: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class PortalUser:
    """Whom a portal says somebody is."""

    subject: str
    name: str
    id_type: str
    id_number: str


@dataclass(frozen=True, slots=True)
class Journey:
    """What only we and the browser we sent know of one journey to a portal."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    back: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What a portal publishes of itself."""

    authorize: str
    token: str
    keys: Mapping[str, jwt.PyJWK]
    until: datetime


def read_portal_accounts(file: Path, *, base_url: str) -> dict[str, PortalAccount]:
    """Read ``portals.json``; an issuer that is only a path is at `base_url`."""
    facts = json.loads(file.read_bytes())
    return {
        id_: PortalAccount(
            id=id_,
            issuer=f"{base_url.rstrip('/')}{one['issuer']}"
            if one["issuer"].startswith("/")
            else one["issuer"],
            client_id=one["client_id"],
            secret=one["secret"],
        )
        for id_, one in facts.items()
    }


class Portal:
    """One government portal."""

    def __init__(
        self, account: PortalAccount, transport: Transport, now: Callable[[], datetime]
    ) -> None:
        self._account, self._transport, self._now = account, transport, now
        self._known: _Known | None = None

    async def authorize_url(self, journey: Journey) -> str:
        """Where the payer signs in at the portal."""
        known = await self._discover()
        challenge = hashlib.sha256(journey.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._account.client_id,
            "redirect_uri": journey.back,
            "scope": SCOPES,
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"{known.authorize}?{urlencode(asked)}"

    async def exchange(self, code: str, journey: Journey) -> PortalUser:
        """Bring the code that came back: who it is. Raises PortalRefused, Forged and the like."""
        known = await self._discover()
        account = self._account
        identified = f"{quote(account.client_id, safe='')}:{quote(account.secret, safe='')}"
        words = await self._ask(
            known.token,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": journey.back,
                "code_verifier": journey.verifier,
            },
            authorization=f"Basic {base64.b64encode(identified.encode()).decode()}",
        )
        token = words.get("id_token")
        if not isinstance(token, str):
            raise Forged("unsigned")
        return self._believed(token, await self._key_of(token), journey)

    def _believed(self, token: str, key: jwt.PyJWK, journey: Journey) -> PortalUser:
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._account.client_id,
                issuer=self._account.issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iat", "sub", "nonce"]},
            )
        except jwt.ExpiredSignatureError as old:
            raise Forged("stale") from old
        except jwt.PyJWTError as wrong:
            raise Forged("signature") from wrong
        if claims["nonce"] != journey.nonce:
            raise Forged("nonce")
        if claims.get("acr") not in {"realname", "face"}:
            raise PortalNotRealName(self._account.id)
        subject, name, id_type, number = (str(claims.get(claim) or "") for claim in _CLAIMS)
        if not (subject and name and id_type and number):
            raise Forged("unreadable")
        return PortalUser(subject, name, id_type, number)

    async def _key_of(self, token: str) -> jwt.PyJWK:
        """The key a token names; a new one is looked for once, for portals change keys."""
        try:
            name = str(jwt.get_unverified_header(token).get("kid"))
        except jwt.PyJWTError as unreadable:
            raise Forged("unreadable") from unreadable
        known = await self._discover()
        if name not in known.keys:
            self._known = None
            known = await self._discover()
        try:
            return known.keys[name]
        except KeyError:
            raise Forged("signature") from None

    async def _discover(self) -> _Known:
        if self._known is not None and self._known.until > self._now():
            return self._known
        issuer = self._account.issuer
        found = await self._ask(f"{issuer}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise Forged("issuer")
        published = await self._ask(str(found["jwks_uri"]))
        keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(published).keys if key.key_id}
        self._known = _Known(
            authorize=str(found["authorization_endpoint"]),
            token=str(found["token_endpoint"]),
            keys=keys,
            until=self._now() + _KNOWN_FOR,
        )
        return self._known

    async def _ask(
        self, url: str, form: Mapping[str, str] | None = None, *, authorization: str = ""
    ) -> dict[str, Any]:
        headers = {"accept": "application/json"}
        if form is not None:
            headers |= {
                "content-type": "application/x-www-form-urlencoded",
                "authorization": authorization,
            }
        answer = await self._transport.ask(
            whom=self._account.id,
            method="GET" if form is None else "POST",
            url=url,
            headers=headers,
            body=urlencode(form).encode() if form else b"",
        )
        try:
            words = json.loads(answer.body)
        except ValueError as unreadable:
            raise Forged("unreadable") from unreadable
        if not isinstance(words, dict):
            raise Forged("unreadable")
        if answer.status != _OK:
            raise PortalRefused(self._account.id, str(words.get("error") or answer.status))
        return words
