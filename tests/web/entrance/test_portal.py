"""A portal is believed by its signed id token, for the browser that was sent, and nothing else."""

import base64
import hashlib
import json
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.web.entrance.conftest import NINGBO, asked_of, back_path

VERIFIER = "v" * 43


@pytest.fixture
async def sent(visitor, settle):
    """Somebody who was sent to 浙里办 from Ningbo's channel there: who, and to which address."""
    resident = await settle(NINGBO)
    page = await visitor.open(f"/?region={NINGBO}&ch=zheliban")
    answer = await visitor.open(page.link("浙里办账号"))
    return resident, answer.headers["location"]


@pytest.fixture
def agrees_there(outward, sent):
    """Sign in at the portal and agree there; where it sends the browser back to."""

    async def agree(**changes):
        resident, there = sent
        asked = asked_of(there) | {"number": resident.number, "say": "yes"} | changes
        return await outward(there.partition("?")[0], **asked)

    return agree


async def test_somebody_comes_in_by_their_account_at_the_portal(visitor, sent, agrees_there):
    _, there = sent
    asked = asked_of(there)
    assert asked["code_challenge_method"] == "S256"
    assert urlsplit(there).path == "/oidc/zheliban/authorize"
    page = await visitor.open(back_path(await agrees_there()))
    assert (page.path, page.says("王*芳")) == ("/home", True)


async def test_who_does_not_agree_there_is_told_calmly(visitor, agrees_there):
    page = await visitor.open(back_path(await agrees_there(say="no")))
    assert page.says("浙里办没有同意这次登录")


@pytest.mark.parametrize(
    "twist",
    ["wrong_nonce", "expired", "other_key", "unsigned", "other_audience", "other_issuer"],
)
async def test_an_id_token_that_is_not_right_lets_nobody_in(visitor, agrees_there, town, twist):
    (await town.post("/sandbox/portals/twists", json={"twist": twist})).raise_for_status()
    page = await visitor.open(back_path(await agrees_there()))
    assert page.says("没有通过验证")
    assert (await visitor.open("/home")).path == "/sign-in"


async def test_an_account_without_a_checked_name_is_sent_to_have_it_checked(
    visitor, agrees_there, town
):
    await town.post("/sandbox/portals/twists", json={"twist": "not_realname"})
    page = await visitor.open(back_path(await agrees_there()))
    assert page.says("还没有实名认证")


async def test_a_code_is_good_once(visitor, agrees_there, sent):
    there = back_path(await agrees_there())
    kept = visitor.http.cookies.get("pt", domain="shebao.test")
    assert (await visitor.open(there)).path == "/home"
    await visitor.http.post("/x")
    visitor.http.cookies.set("pt", kept, domain="shebao.test")
    assert (await visitor.open(there)).says("没有同意这次登录")


async def test_another_browser_cannot_be_talked_into_coming_back(app, agrees_there, desktop):
    there = back_path(await agrees_there())
    page = await desktop.open(there)
    assert page.status == 403


@pytest.mark.parametrize("changed", ["state", "code"])
async def test_what_comes_back_changed_lets_nobody_in(visitor, agrees_there, changed):
    there = back_path(await agrees_there())
    right = asked_of(there)[changed]
    page = await visitor.open(there.replace(right, "somebodyelses"))
    assert page.status in {403, 409}


async def test_when_the_portal_is_down_nobody_is_blamed(visitor, agrees_there, town):
    there = back_path(await agrees_there())
    await town.post("/sandbox/faults", json={"kind": "unavailable", "on": "portal"})
    page = await visitor.open(there)
    assert (page.status, page.h1) == (503, "对方还没有回音")


async def test_a_portal_that_changes_its_key_is_still_believed(visitor, agrees_there, town):
    await town.post("/sandbox/portals/key")
    assert (await visitor.open(back_path(await agrees_there()))).path == "/home"


async def test_the_same_account_is_listed_among_ones_accounts_and_can_be_taken_off(
    visitor, agrees_there
):
    await visitor.open(back_path(await agrees_there()))
    page = await visitor.open("/me")
    assert page.says("浙里办")
    page = await visitor.send(page, "/me/accounts/forget", app="zheliban")
    assert not page.says("浙里办")


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "somebody"},
        {"redirect_uri": "https://elsewhere.invalid/"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"state": ""},
        {"nonce": ""},
        {"response_type": "token"},
    ],
)
async def test_the_portal_demands_what_a_client_must_do(agrees_there, changes):
    assert (await agrees_there(**changes)).status_code == 400


@pytest.fixture
def known(outside):
    """What 浙里办 gave us."""
    return json.loads((outside.credentials / "portals.json").read_text())["zheliban"]


@pytest.fixture
async def code(sent, agrees_there):
    """A code for a client that proves itself with VERIFIER."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    answer = await agrees_there(code_challenge=challenge, nonce="n1")
    return asked_of(answer.headers["location"])["code"]


@pytest.fixture
def bring(town, known, sent, code):
    """Bring the code to the portal."""
    _, there = sent
    right = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked_of(there)["redirect_uri"],
        "code_verifier": VERIFIER,
    }

    async def bring(secret=known["secret"], **changes):
        auth = (known["client_id"], secret)
        return await town.post("/oidc/zheliban/token", auth=auth, data=right | changes)

    return bring


async def test_an_independent_reader_believes_the_portals_token(town, bring, known, outside):
    told = (await bring()).json()
    published = (await town.get("/oidc/zheliban/jwks")).json()
    token = jwt.decode(told["id_token"], KeySet.import_key_set(published), algorithms=["RS256"])
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": f"{outside.url}/oidc/zheliban"},
        aud={"essential": True, "value": known["client_id"]},
        nonce={"essential": True, "value": "n1"},
        exp={"essential": True},
    )
    rules.validate(token.claims)
    assert "d" not in published["keys"][0], "the private half is nobody's"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"secret": "guessed"}, "invalid_client"),
        ({"code_verifier": "guessed"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/elsewhere"}, "invalid_grant"),
        ({"code": "guessed"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_the_portal_gives_no_token_to_who_cannot_prove_it(bring, changes, error):
    assert (await bring(**changes)).json() == {"error": error}


async def test_the_portal_takes_a_code_once(bring):
    assert (await bring()).status_code == 200
    assert (await bring()).json() == {"error": "invalid_grant"}
