"""Read statements (取对账单): files are fetched or dropped, kept as they came, and read once.

Everything lies under one folder: ``<region>/<source>/<anything with the day in its name>``, or
``all/<method>/…`` for a file that speaks of several regions. A file is known by its name and its
hash: read again it adds nothing, and altered it is refused.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from shebao.core.books.reconciliation import Source
from shebao.core.books.statement import BadLine, StatementLine
from shebao.core.channel import Method
from shebao.core.refusals import Refusal
from shebao.gateways.channel import Statements
from shebao.operations.world import World
from shebao.store.books import closes, statements
from shebao.store.books.statements import PARTED, SHARED, NewFile

ANYBODY: Final = "generic"  # The format of whoever has none of their own.
_DAY: Final = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_CHUNK: Final = 1 << 20
Progress = Callable[[int], None]


@dataclass(eq=False)
class StatementPlaceUnknown(Refusal):
    """A file does not lie where statements lie, or its name does not say of which day it is."""

    name: str


@dataclass(eq=False)
class StatementAltered(Refusal):
    """A file is not what it was when it was read."""

    name: str


@dataclass(eq=False)
class StatementLinesUnreadable(Refusal):
    """Lines of a file cannot be read, so none of it is believed."""

    name: str
    count: int
    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a statement lies, and so whose it is."""

    name: str  # From the statements folder.
    region_code: str  # Or SHARED.
    source: str
    day: date

    @classmethod
    def parse(cls, name: str) -> Place:
        """Read a place from a name such as ``330200/bank/2026-11-20.csv``."""
        parts = name.split("/")
        found = _DAY.search(parts[-1])
        known = {*Source, *Method}
        if len(parts) != _PARTS or found is None or parts[1] not in known:
            raise StatementPlaceUnknown(name)
        try:
            day = date(*map(int, found.groups()))
        except ValueError:
            raise StatementPlaceUnknown(name) from None
        return cls(name=name, region_code=parts[0], source=parts[1], day=day)


_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a file: how many lines it has, and whether it was read just now."""

    place: Place
    lines: int
    is_new: bool


@dataclass(slots=True)
class _Lines:
    """The lines of a file, with those that cannot be read counted apart."""

    reader: Statements
    file: Path
    progress: Progress | None
    bad: list[BadLine] = field(default_factory=list)

    def __iter__(self) -> Iterator[StatementLine]:
        """Every line that can be read."""
        for count, line in enumerate(self.reader.read_statement(self.file), start=1):
            if isinstance(line, BadLine):
                self.bad.append(line)
                continue
            yield line
            if self.progress is not None and not count % _TOLD_EVERY:
                self.progress(count)


_TOLD_EVERY: Final = 10_000


async def keep_file(world: World, file: Path, *, region_code: str, source: str, day: date) -> Place:
    """Put a file where statements lie, under a name that says of which day it is."""
    name = file.name if _DAY.search(file.name) else f"{day}-{file.name}"
    place = Place.parse(f"{region_code}/{source}/{name}")
    kept = world.inbox.folder / place.name
    if not kept.exists() or not kept.samefile(file):
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, kept)
    return place


async def read_file(world: World, place: Place, *, progress: Progress | None = None) -> Read:
    """Read a file that lies where statements lie, once. Raises StatementAltered and others."""
    file, regions = world.inbox.folder / place.name, regions_of(world, place)
    sha256, size = _hash(file)
    async with world.db.transaction() as tx:
        for region_code in regions:
            await statements.lock(tx, region_code=region_code, source=place.source)
        known = await statements.known(tx, region_codes=regions, name=place.name)
        if known is not None and known.sha256 == sha256:
            return Read(place, known.lines, is_new=False)
        if known is not None:
            raise StatementAltered(place.name)
        number = await statements.next_number(
            tx, region_codes=regions, source=place.source, day=place.day
        )
        new = NewFile(
            regions=regions,
            source=place.source,
            day=place.day,
            number=number,
            name=place.name,
            sha256=sha256,
            size=size,
        )
        lines = _Lines(_reader(world, place, regions[0]), file, progress)
        count = await statements.insert(tx, new, lines, at=world.now())
        if lines.bad:
            first = lines.bad[0]
            raise StatementLinesUnreadable(place.name, len(lines.bad), first.line, first.why)
    return Read(place, count, is_new=True)


async def replace_file(world: World, place: Place) -> Read:
    """Believe a file that its source sent again, unless a day that rests on the old is closed."""
    regions = regions_of(world, place)
    async with world.db.transaction() as tx:
        for region_code in regions:
            await statements.lock(tx, region_code=region_code, source=place.source)
            await closes.refuse_closed(tx, region_code=region_code, day=place.day)
        await statements.remove(tx, region_codes=regions, name=place.name)
    return await read_file(world, place)


async def new_files(world: World) -> list[Place]:
    """Files that were dropped and never read, oldest day first."""
    async with world.db.reading() as tx:
        known = await statements.known_sizes(tx, region_codes=list(world.regions))
    return sorted(
        (place for name, place in _lying(world).items() if place and name not in known),
        key=lambda place: (place.day, place.name),
    )


async def altered_files(world: World) -> list[str]:
    """Files that are not what they were when they were read, or are gone."""
    found = []
    for region_code in world.regions:
        async with world.db.reading() as tx:
            files = await statements.of_days(
                tx, region_code=region_code, first_day=date.min, last_day=date.max
            )
        found += [
            one.name
            for one in files
            if (
                not (file := world.inbox.folder / one.name.removesuffix(PARTED)).exists()
                or _hash(file) != (one.sha256, one.size)
            )
        ]
    return sorted({*found})


def regions_of(world: World, place: Place) -> tuple[str, ...]:
    """Whose a file is. Of several regions, the first answers for what names nobody."""
    if place.region_code != SHARED:
        return (world.region(place.region_code).code,)
    return tuple(
        code
        for code, region in sorted(world.regions.items())
        if any(place.source in channel.methods for channel in region.channels.values())
    )


def unplaced_files(world: World) -> list[str]:
    """Files that lie where nobody looks, or whose names do not say of which day they are."""
    return sorted(name for name, place in _lying(world).items() if place is None)


def _lying(world: World) -> dict[str, Place | None]:
    found: dict[str, Place | None] = {}
    folder = world.inbox.folder
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if not file.is_file() or file.name.startswith("."):
            continue
        try:
            place = Place.parse(name)
        except StatementPlaceUnknown:
            found[name] = None
        else:
            known = place.region_code in {SHARED, *world.regions}
            found[name] = place if known else None
    return found


def _reader(world: World, place: Place, region_code: str) -> Statements:
    """Who understands a file: the wire of its method, or a format of this region."""
    for method, wire in world.statements.items():
        if method == place.source:
            return wire
    found = world.inbox.of(region_code, place.source) or world.inbox.of(region_code, ANYBODY)
    if found is None:
        raise StatementPlaceUnknown(place.name)
    return found


def _hash(file: Path) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.digest(), size
