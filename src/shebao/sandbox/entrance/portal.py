"""Portal: government portals that sign people in by OpenID Connect, with a proof of the client's.

Everything a client must get right is demanded: its id and secret, the same address back, a code
used once and in time, and the verifier of the challenge it began with.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from shebao.sandbox import clock, mishaps, pages
from shebao.sandbox.authority import new_key
from shebao.sandbox.entrance import tokens
from shebao.sandbox.entrance.desk import Grant
from shebao.sandbox.entrance.keys import PORTALS
from shebao.sandbox.faults import Place
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.town import Town

_LISTED: Final = 12
_OURS: Final = frozenset({"127.0.0.1", "localhost", "shebao.test"})
_KEPT: Final = (
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "response_type",
)


def discovery(town: Town, request: Request) -> Response:
    """What a portal publishes of itself."""
    issuer = _issuer(town, request)
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "realname"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "acr_values_supported": ["realname", "face"],
        }
    )


def jwks(town: Town, _request: Request) -> Response:
    """The key a portal signs with."""
    return JSONResponse(tokens.published(town.entrance.keys.signing))


def authorize(town: Town, request: Request) -> Response:
    """The page where somebody signs in at the portal and agrees."""
    asked = {name: request.query_params.get(name, "") for name in _KEPT}
    wrong = _wrong(town, request.path_params["portal"], asked)
    if wrong:
        return _sorry(wrong)
    name = PORTALS[request.path_params["portal"]]
    hidden = [tag("input", type="hidden", name=key, value=value) for key, value in asked.items()]
    people = town.ledger.rows("SELECT name, id_number FROM people ORDER BY rowid LIMIT :most",
                              {"most": _LISTED})  # fmt: skip
    listed = [_row(person) for person in people]
    label = tag("label", "证件号码", for_="number")
    box = tag("input", type="text", name="number", id="number", autocomplete="off")
    yes = tag("button", "登录并同意", name="say", value="yes", cls="pay")
    no = tag("button", "不同意", name="say", value="no")
    form = tag("form", *hidden, label, box, yes, no, method="post", action=request.url.path)
    note = tag("p", "“社保缴费”想知道您的姓名和证件号码。", cls="muted")
    return pages.page(name, tag("h1", f"{name}统一登录"), note, form, tag("ul", *listed))


async def decide(town: Town, request: Request) -> Response:
    """Give a code to whoever agreed, and send them back."""
    form = {key: values[-1] for key, values in parse_qs((await request.body()).decode()).items()}
    portal = request.path_params["portal"]
    asked = {name: form.get(name, "") for name in _KEPT}
    wrong = _wrong(town, portal, asked)
    if wrong:
        return _sorry(wrong)
    if form.get("say") != "yes":
        return _back(asked, {"error": "access_denied", "error_description": "the user said no"})
    person = town.ledger.row(
        "SELECT * FROM people WHERE id_number = :number",
        {"number": form.get("number", "").strip().upper()},
    )
    if person is None:
        return _sorry("这个证件号码没有开通账号")
    code = secrets.token_urlsafe(24)
    town.entrance.grants[code] = Grant(
        portal=portal,
        redirect_uri=asked["redirect_uri"],
        nonce=asked["nonce"],
        challenge=asked["code_challenge"],
        person=dict(person),
        at_ms=clock.now_ms(),
    )
    return _back(asked, {"code": code})


async def token(town: Town, request: Request) -> Response:
    """Give an id token for a code."""
    absent = await mishaps.on_the_way_in(town.faults, Place.PORTAL)
    if absent is not None:
        return absent
    body = (await request.body()).decode()
    form = {key: values[-1] for key, values in parse_qs(body).items()}
    portal = request.path_params["portal"]
    if not _is_client(town, portal, request.headers.get("authorization", "")):
        return _no("invalid_client", status=401)
    if form.get("grant_type") != "authorization_code":
        return _no("unsupported_grant_type")
    grant = town.entrance.grants.pop(form.get("code", ""), None)  # Used once, whatever comes.
    if grant is None or not _is_kept(grant, portal, form):
        return _no("invalid_grant")
    twist = town.entrance.twists.pop(0) if town.entrance.twists else ""
    signed = tokens.id_token(
        town.entrance.keys.signing,
        _claims(town, request, grant),
        now_seconds=clock.now_seconds(),
        twist=twist,
    )
    access = secrets.token_urlsafe(24)
    said = {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


def twist(town: Town, _request: Request, told: Mapping[str, Any]) -> Response:
    """Let something be wrong with the next id token; ValueError when nobody knows it."""
    name = str(told.get("twist"))
    if name not in tokens.TWISTS:
        raise ValueError(f"twist must be one of {', '.join(tokens.TWISTS)}")
    town.entrance.twists.append(name)
    return JSONResponse({"twists": town.entrance.twists})


def change_key(town: Town, _request: Request, _told: Mapping[str, Any]) -> Response:
    """Let the portals sign with another key from now on."""
    keys = town.entrance.keys
    town.entrance.keys = replace(keys, signing=new_key())
    return JSONResponse({"kid": tokens.key_id(town.entrance.keys.signing)})


def _is_kept(grant: Grant, portal: str, form: Mapping[str, str]) -> bool:
    """Whether whoever brings the code is who it was given to, in time."""
    challenge = tokens.challenge_of(form.get("code_verifier", ""))
    here = grant.portal == portal and grant.redirect_uri == form.get("redirect_uri")
    return here and not grant.too_old and challenge == grant.challenge


def _claims(town: Town, request: Request, grant: Grant) -> dict[str, Any]:
    person = grant.person
    client = town.entrance.keys.portals[grant.portal].app_id
    return {
        "iss": _issuer(town, request),
        "aud": client,
        "sub": tokens.challenge_of(f"{client} {person['id_number']}"),  # Other clients see another.
        "nonce": grant.nonce,
        "acr": "realname",
        "name": person["name"],
        "id_type": person["id_type"] or "201",
        "id_number": person["id_number"],
    }


def _issuer(town: Town, request: Request) -> str:
    base = (town.settings.public_url or str(request.base_url)).rstrip("/")
    return f"{base}/oidc/{request.path_params['portal']}"


def _wrong(town: Town, portal: str, asked: Mapping[str, str]) -> str:
    """What is wrong with a request; nothing, if nothing is."""
    partner = town.entrance.keys.portals.get(portal)
    if partner is None or asked["client_id"] != partner.app_id:
        return "client_id 不对"
    if urlsplit(asked["redirect_uri"]).hostname not in _OURS:
        return "redirect_uri 没有登记"
    if asked["response_type"] != "code" or "openid" not in asked["scope"].split():
        return "response_type 应为 code，scope 应有 openid"
    if asked["code_challenge_method"] != "S256" or not asked["code_challenge"]:
        return "需要 PKCE（S256）"
    if not asked["state"] or not asked["nonce"]:
        return "需要 state 和 nonce"
    return ""


def _is_client(town: Town, portal: str, authorization: str) -> bool:
    partner = town.entrance.keys.portals.get(portal)
    kind, _, encoded = authorization.partition(" ")
    try:
        user, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    if partner is None or kind != "Basic" or unquote(user) != partner.app_id:
        return False
    return hmac.compare_digest(unquote(secret).encode(), partner.secret.encode())


def _back(asked: Mapping[str, str], said: Mapping[str, str]) -> Response:
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    there = f"{asked['redirect_uri']}{joint}{urlencode({**said, 'state': asked['state']})}"
    return RedirectResponse(there, status_code=303)


def _row(person: Mapping[str, Any]) -> Markup:
    return tag("li", f"{person['name']}　{person['id_number']}")


def _sorry(why: str) -> Response:
    return pages.page("不能登录", tag("h1", "不能登录"), tag("p", why, cls="warn"), status=400)


def _no(error: str, *, status: int = 400) -> Response:
    return JSONResponse({"error": error}, status_code=status)
