"""Scan (扫码登录): a desktop shows a code; the telephone that is signed in says yes or no.

Alone it is a way in; after a password it is the second step, and the telephone must be the same
person's. What the desktop keeps is sealed, so nobody else can use what the telephone agreed to.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from shebao.core.entrance.scan import ScanEvent, ScanGone, ScanOfSomebodyElse, ScanState
from shebao.core.entrance.way import Way
from shebao.operations.arrival import Came, begin_session_of
from shebao.operations.entrance.password import HalfWay
from shebao.operations.entrance.second_step import must_be_recent
from shebao.operations.world import World
from shebao.store.database import Tx
from shebao.store.entrance import scans
from shebao.store.entrance.scans import Scan
from shebao.store.sessions import Session

CODE_LIVES: Final = timedelta(minutes=2)


async def show_code(
    world: World,
    *,
    region_code: str,
    entry_channel: str,
    device: str,
    half_way: HalfWay | None = None,
) -> Scan:
    """Show a code: for whoever scans it, or for who knew the password and nobody else."""
    if half_way is not None:
        must_be_recent(world, half_way)
    at = world.now()
    scan = Scan(
        region_code=region_code,
        id=world.mint("scn"),
        entry_channel=entry_channel,
        device=device,
        shown_at=at,
        expires_at=at + CODE_LIVES,
        for_person=half_way.person_id if half_way else None,
    )
    async with world.db.transaction() as tx:
        await scans.insert(tx, scan)
    return scan


async def look_at_code(world: World, *, region_code: str, scan_id: str) -> Scan:
    """How it stands with a code the desktop shows. Raises ScanGone."""
    async with world.db.reading() as tx:
        scan = await scans.by_id(tx, region_code=region_code, scan_id=scan_id)
    if scan is None or scan.expires_at <= world.now():
        raise ScanGone
    return scan


async def scan_code(world: World, *, session: Session, scan_id: str) -> Scan:
    """A telephone has scanned a code: what it is for. Raises ScanGone or ScanOfSomebodyElse."""
    async with world.db.transaction() as tx:
        scan = await _held(tx, world, session.region_code, scan_id)
        if scan.for_person not in {None, session.person_id}:
            raise ScanOfSomebodyElse
        if scan.state is ScanState.LOOKED_AT and scan.person_id == session.person_id:
            return scan
        if scan.state is not ScanState.SHOWN:
            raise ScanGone if scan.person_id == session.person_id else ScanOfSomebodyElse
        at, person_id = world.now(), session.person_id
        await scans.step(tx, scan, ScanEvent.SCANNED, at=at, person_id=person_id)
    return scan


async def answer_code(world: World, *, session: Session, scan_id: str, yes: bool) -> None:
    """The telephone says yes or no. Raises ScanGone or ScanOfSomebodyElse."""
    async with world.db.transaction() as tx:
        scan = await _held(tx, world, session.region_code, scan_id)
        if scan.person_id != session.person_id:
            raise ScanOfSomebodyElse
        if scan.state is not ScanState.LOOKED_AT:
            raise ScanGone
        event = ScanEvent.AGREED if yes else ScanEvent.REFUSED
        await scans.step(tx, scan, event, at=world.now())


async def use_code(world: World, *, region_code: str, scan_id: str, came: Came) -> str:
    """The desktop goes in with what the telephone agreed to: the token of its session."""
    async with world.db.transaction() as tx:
        scan = await _held(tx, world, region_code, scan_id)
        if scan.state is not ScanState.AGREED or scan.person_id is None:
            raise ScanGone
        await scans.step(tx, scan, ScanEvent.USED, at=world.now())
        return await begin_session_of(
            tx,
            world,
            whose=(region_code, scan.person_id),
            entry_channel=scan.entry_channel,
            way=Way.PASSWORD if scan.for_person else Way.SCAN,
            came=came,
        )


async def _held(tx: Tx, world: World, region_code: str, scan_id: str) -> Scan:
    scan = await scans.lock(tx, region_code=region_code, scan_id=scan_id)
    if scan is None or scan.expires_at <= world.now():
        raise ScanGone
    return scan
