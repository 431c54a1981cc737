"""Demo residents: who lives in the demo, and on which day of their city's year it plays.

They come in by the same operations an agency's data does: registered, billed for what is open,
and with the special bills an agency would have pushed. Coming in again changes nothing.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Final

from shebao.core.bill import BillKind
from shebao.core.enrolment import Enrolment
from shebao.core.identity import IdType, parse_id
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.region import Region
from shebao.operations.enrol import Membership, register
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.sign_in import new_person
from shebao.operations.world import World
from shebao.store.persons import PersonRow

Resident = Mapping[str, Any]
_FILE: Final = "demo_residents.toml"
_KINDS: Final = {
    BillKind.BACK_PAY: "补缴",
    BillKind.PAID_FOR: "代缴",
    BillKind.LUMP_SUM: "趸缴",
}


async def load_demo(world: World) -> None:
    """Bring in the residents of every region the demo serves."""
    for one in _residents():
        await move_in(world, one)


def people_file(home: Path) -> Path:
    """Write down whom the sandbox's real-name check shall know."""
    known = [
        {
            "name": one["name"],
            "id_number": one["id_number"],
            "id_type": str(IdType.RESIDENT),
            "status": "ok",
        }
        for one in _residents()
    ]
    file = home / "people.json"
    file.write_text(json.dumps(known, ensure_ascii=False))
    return file


def rehearsal_days() -> Mapping[str, date]:
    """The business date of each region in the demo."""
    days: Mapping[str, date] = _told()["rehearsal"]
    return days


def introductions(regions: Mapping[str, Region]) -> str:
    """The residents as a person needs them to sign in: names, numbers, telephones."""
    lines = []
    for region_code, day in rehearsal_days().items():
        lines.append(f"{regions[region_code].name}（演练日期 {day}）")
        lines += [
            f"  {one['name']}　{one['id_number']}　{one['phone']}　{one['shows']}"
            for one in _residents()
            if one["region"] == region_code
        ]
    return "\n".join(lines)


def resident(key: str) -> Resident:
    """One of the residents, by key."""
    return next(one for one in _residents() if one["key"] == key)


def with_mandates() -> Sequence[Resident]:
    """The residents who have signed at a bank, each with the funds in ``signs``."""
    return [one for one in _residents() if one.get("signs")]


async def move_in(world: World, one: Resident) -> tuple[PersonRow, Sequence[Enrolment]]:
    """Bring in one resident; who is there already is only found again."""
    region_code = one["region"]
    number = parse_id(IdType.RESIDENT, one["id_number"], on=world.today(region_code))
    person = new_person(world, name=one["name"], number=number, phone=one["phone"])
    memberships = [_membership(told) for told in one.get("enrolments", ())]
    kept, belongs = await register(
        world, region_code=region_code, person=person, memberships=memberships
    )
    for enrolment in belongs:
        decided = _decisions(one.get("specials", ()), enrolment)
        await push_decisions(world, enrolment=enrolment, decisions=decided)
    return kept, belongs


def _membership(told: Mapping[str, Any]) -> Membership:
    last = told.get("last_choice")
    return Membership(
        scheme=told["scheme"],
        district=told.get("district"),
        category=told.get("category"),
        identity=told.get("identity"),
        subsidised_years=told.get("subsidised_years", 0),
        last_choice=Money.yuan(last) if last else None,
        paid_until=Period.parse(told["paid_until"]) if "paid_until" in told else None,
        card=told.get("card", ""),
    )


def _decisions(told: Sequence[Mapping[str, Any]], enrolment: Enrolment) -> list[Decision]:
    return [
        Decision(
            kind=BillKind(one["kind"]),
            period=Period.parse(one["period"]),
            amount=Money.yuan(one["amount"]),
            government=Money.yuan(one.get("government", "0")),
            document=one["document"],
            label=f"{_KINDS[BillKind(one['kind'])]} {one['period']} 年",
        )
        for one in told
        if one["scheme"] == enrolment.scheme
    ]


def _residents() -> Sequence[Resident]:
    residents: Sequence[Resident] = _told()["resident"]
    return residents


def _told() -> dict[str, Any]:
    text = (resources.files("shebao.cli") / _FILE).read_text("utf-8")
    told = tomllib.loads(text)
    return {**told, "rehearsal": {str(code): day for code, day in told["rehearsal"].items()}}
