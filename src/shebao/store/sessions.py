"""Sessions (登录): who has come in, and the codes that let them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("sessions")


class Purpose(StrEnum):
    """What a code that was sent is for."""

    SIGN_IN = "sign_in"  # 登录
    SECOND_STEP = "second_step"  # 密码之后的第二步
    RESET = "reset"  # 重设密码
    PAYEE = "payee"  # 同意由别人帮缴


@dataclass(frozen=True, slots=True)
class SignIn:
    """A code that was sent, and what bringing it will mean."""

    id: str
    person_id: str
    entry_channel: str
    code_hash: bytes
    tries_left: int
    expires_at: datetime
    used_at: datetime | None
    purpose: Purpose = Purpose.SIGN_IN
    asked_by: str | None = None  # The payer who named somebody.
    phone_sealed: bytes | None = None  # Theirs from when the code has come, and not before.
    phone_masked: str | None = None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session about to begin: whose, by which way in, how, and on which device."""

    person_id: str
    entry_channel: str
    way: str
    device: str = ""
    app: str = ""  # Whose app it is in, if that app knows them.
    app_user: bytes | None = None
    must_agree: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is signed in."""

    token_hash: bytes
    entry_channel: str
    began_at: datetime
    expires_at: datetime
    way: str
    device: str


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in."""

    region_code: str
    token_hash: bytes
    person_id: str
    entry_channel: str
    expires_at: datetime
    name: str
    number_masked: str
    phone_masked: str | None
    app: str = ""
    app_user: bytes | None = None
    must_agree: bool = False


async def begin_sign_in(tx: Tx, *, region_code: str, sign_in: SignIn) -> None:
    """Remember what a code that was sent will mean."""
    await tx.run(
        SQL.begin_sign_in,
        region_code=region_code,
        sign_in_id=sign_in.id,
        person_id=sign_in.person_id,
        entry_channel=sign_in.entry_channel,
        code_hash=sign_in.code_hash,
        tries=sign_in.tries_left,
        expires_at=sign_in.expires_at,
        purpose=sign_in.purpose,
        asked_by=sign_in.asked_by,
        phone_sealed=sign_in.phone_sealed,
        phone_masked=sign_in.phone_masked,
    )


async def lock_sign_in(tx: Tx, *, region_code: str, sign_in_id: str) -> SignIn | None:
    """A sign-in, held until the transaction ends."""
    row = await tx.row(SQL.lock_sign_in, region_code=region_code, sign_in_id=sign_in_id)
    if row is None:
        return None
    return SignIn(
        id=row["id"],
        person_id=row["person_id"],
        entry_channel=row["entry_channel"],
        code_hash=row["code_hash"],
        tries_left=row["tries_left"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        purpose=Purpose(row["purpose"]),
        asked_by=row["asked_by"],
        phone_sealed=row["phone_sealed"],
        phone_masked=row["phone_masked"],
    )


async def whose_code(tx: Tx, *, region_code: str, sign_in_id: str) -> str | None:
    """Whom a code is about, if we ever sent it."""
    row = await tx.row(SQL.whose_code, region_code=region_code, sign_in_id=sign_in_id)
    return None if row is None else str(row["person_id"])


async def use_sign_in(tx: Tx, *, region_code: str, sign_in_id: str, at: datetime) -> None:
    """The right code came; it does not work again."""
    await tx.run(SQL.use_sign_in, region_code=region_code, sign_in_id=sign_in_id, at=at)


async def miss_sign_in(tx: Tx, *, region_code: str, sign_in_id: str) -> None:
    """A wrong code came; one try fewer is left."""
    await tx.run(SQL.miss_sign_in, region_code=region_code, sign_in_id=sign_in_id)


async def begin(
    tx: Tx, *, region_code: str, token_hash: bytes, new: NewSession, at: datetime, until: datetime
) -> None:
    """Somebody has signed in, until then."""
    await tx.run(
        SQL.begin_session,
        region_code=region_code,
        token_hash=token_hash,
        person_id=new.person_id,
        entry_channel=new.entry_channel,
        at=at,
        expires_at=until,
        way=new.way,
        device=new.device,
        app=new.app,
        app_user=new.app_user,
        must_agree=new.must_agree,
    )


async def find(
    tx: Tx, *, keys: Sequence[tuple[str, bytes]], now: datetime
) -> dict[tuple[str, bytes], Session]:
    """Whose sessions these are, by region and hash of the token; an expired one is nobody's."""
    rows = await tx.rows(
        SQL.find_session,
        region_codes=[region_code for region_code, _ in keys],
        token_hashes=[token_hash for _, token_hash in keys],
        now=now,
    )
    return {(row["region_code"], row["token_hash"]): _session(row) for row in rows}


async def end(tx: Tx, *, region_codes: Iterable[str], token_hash: bytes) -> None:
    """Somebody has signed out of all of these cities."""
    await tx.run(SQL.end_session, region_codes=sorted(region_codes), token_hash=token_hash)


async def of_person(tx: Tx, *, region_code: str, person_id: str, now: datetime) -> list[Place]:
    """Where somebody is signed in, the newest first."""
    rows = await tx.rows(SQL.sessions_of, region_code=region_code, person_id=person_id, now=now)
    return [
        Place(
            token_hash=row["token_hash"],
            entry_channel=row["entry_channel"],
            began_at=row["began_at"],
            expires_at=row["expires_at"],
            way=row["way"],
            device=row["device"],
        )
        for row in rows
    ]


async def end_one_of(
    tx: Tx, *, region_code: str, person_id: str, token_hash: bytes, region_codes: Iterable[str]
) -> None:
    """Somebody is signed out of one place, in every city it has gone on to."""
    await tx.run(
        SQL.end_one_of,
        region_code=region_code,
        person_id=person_id,
        token_hash=token_hash,
        region_codes=sorted(region_codes),
    )


async def end_others_of(
    tx: Tx,
    *,
    region_code: str,
    person_id: str,
    region_codes: Iterable[str],
    but: bytes | None = None,
) -> None:
    """Somebody is signed out everywhere, but for one place, and where those have gone on to."""
    await tx.run(
        SQL.end_others_of,
        region_code=region_code,
        person_id=person_id,
        region_codes=sorted(region_codes),
        but=but,
    )


async def mark_agreed(tx: Tx, *, region_code: str, person_id: str, must_agree: bool) -> None:
    """Whether somebody has to agree before anything else, wherever they are signed in."""
    await tx.run(
        SQL.mark_agreed, region_code=region_code, person_id=person_id, must_agree=must_agree
    )


def _session(row: Row) -> Session:
    return Session(
        region_code=row["region_code"],
        token_hash=row["token_hash"],
        person_id=row["person_id"],
        entry_channel=row["entry_channel"],
        expires_at=row["expires_at"],
        name=row["name"],
        number_masked=row["number_masked"],
        phone_masked=row["phone_masked"],
        app=row["app"],
        app_user=row["app_user"],
        must_agree=row["must_agree"],
    )
