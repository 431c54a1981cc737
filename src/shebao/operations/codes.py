"""Codes (短信验证码): six digits sent to a telephone, each for one thing, tried five times."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.person import masked_phone
from shebao.core.refusals import Refusal
from shebao.operations.world import World
from shebao.store import sessions
from shebao.store.database import Tx
from shebao.store.sessions import Purpose, SignIn

CODE_LIVES: Final = timedelta(minutes=5)
TRIES: Final = 5
_CODE_DIGITS: Final = 6
_TEMPLATES: Final[Mapping[Purpose, str]] = {
    Purpose.SIGN_IN: "sign_in",
    Purpose.SECOND_STEP: "second_step",
    Purpose.RESET: "reset",
    Purpose.PAYEE: "payee",
}


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """A code that was sent: its id, and to which telephone."""

    id: str
    phone: str
    code_hash: bytes
    purpose: Purpose


@dataclass(eq=False)
class CodeWrong(Refusal):
    """The code is not the one that was sent."""

    tries_left: int


@dataclass(eq=False)
class CodeExpired(Refusal):
    """The code was used, is too old, or was guessed at too often: a new one is needed."""


async def send_code(world: World, *, phone: str, purpose: Purpose, **says: str) -> Sent:
    """Send a code. It is worth nothing before `keep_code` has written it down."""
    code = f"{int.from_bytes(world.entropy(8)) % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"
    code_id = world.mint("sgn")
    parameters = {"code": code, "minutes": str(CODE_LIVES // timedelta(minutes=1)), **says}
    await world.messages.send(phone=phone, template=_TEMPLATES[purpose], parameters=parameters)
    return Sent(code_id, phone, _hash(world, code_id, code), purpose)


async def keep_code(
    tx: Tx,
    world: World,
    *,
    region_code: str,
    sent: Sent,
    whose: tuple[str, str],
    asked_by: str | None = None,
) -> str:
    """Write down what a code means, and for whom by which way in; its id."""
    person_id, entry_channel = whose
    sign_in = SignIn(
        id=sent.id,
        person_id=person_id,
        entry_channel=entry_channel,
        code_hash=sent.code_hash,
        tries_left=TRIES,
        expires_at=world.now() + CODE_LIVES,
        used_at=None,
        purpose=sent.purpose,
        asked_by=asked_by,
        phone_sealed=world.vault.seal(sent.phone),
        phone_masked=masked_phone(sent.phone),
    )
    await sessions.begin_sign_in(tx, region_code=region_code, sign_in=sign_in)
    return sent.id


async def take_code(
    tx: Tx, world: World, *, region_code: str, code_id: str, code: str, purpose: Purpose
) -> tuple[SignIn, CodeWrong | None]:
    """Take a code: what it means, and the refusal to raise once the miss is written down.

    Raises CodeExpired for one that is too old, was used, or is for something else.
    """
    now = world.now()
    kept = await sessions.lock_sign_in(tx, region_code=region_code, sign_in_id=code_id)
    if kept is None or kept.purpose is not purpose or kept.used_at or kept.expires_at <= now:
        raise CodeExpired
    if kept.tries_left < 1:
        raise CodeExpired
    if hmac.compare_digest(kept.code_hash, _hash(world, code_id, code.strip())):
        await sessions.use_sign_in(tx, region_code=region_code, sign_in_id=code_id, at=now)
        return kept, None
    await sessions.miss_sign_in(tx, region_code=region_code, sign_in_id=code_id)
    return kept, CodeWrong(kept.tries_left - 1)


def _hash(world: World, code_id: str, code: str) -> bytes:
    return world.vault.hash("code", code_id, code)
