"""Which account is collected from: of who also pays flexible pension, the one agreed for that."""

from __future__ import annotations

from tests.operations.batch.conftest import COLUMNS, REGION

ALSO_PAYS = """
    WITH belongs AS (
        INSERT INTO enrolments (region_code, id, person_id, scheme, district, category, state,
                                version)
        VALUES ('320400', $1, $2, 'flexible_pension', '320402', '', $3, 1)
        RETURNING id, state)
    INSERT INTO events SELECT '320400', id, 1, 'registered', state, now() FROM belongs
"""
TAKEN_FROM = "SELECT mandate_id FROM batch_lines WHERE batch_id = $1 ORDER BY serial"


async def agrees(town, place, *, bank="演练银行"):
    """Somebody's agreement for pension, beside the one for medical that everybody has."""
    world, at = town.world, town.world.now()
    mandate, number = f"pen{town.first + place - 1:026}", f"62300000{town.first + place:011}"

    async def rows():
        yield (
            REGION, mandate, town.person(place), "pension", "agreement", "active", 1, at, at,
            f"PG{town.first + place:026}", "bank_card", world.vault.seal(number),
            world.vault.hash(number), "***", bank, at,
        )  # fmt: skip

    async with world.db.transaction() as tx:
        await tx.copy("mandates", COLUMNS, rows())
        said = "INSERT INTO events VALUES ('320400', $1, 1, 'confirmed', 'active', now())"
        await tx.connection.execute(said, mandate)
    return mandate


async def also_pays(town, place, state="active"):
    async with town.world.db.transaction() as tx:
        who = (f"flx{town.first + place - 1:026}", town.person(place), state)
        await tx.connection.execute(ALSO_PAYS, *who)


async def test_who_also_pays_flexible_pension_is_collected_from_the_account_of_that(town):
    pension = {place: await agrees(town, place) for place in (1, 2, 3)}
    await also_pays(town, 1)
    await also_pays(town, 3, "suspended")  # Not at the moment: from the card.
    await also_pays(town, 4)  # Nobody agreed for pension: from the card.
    batch = await town.built()
    found = [row["mandate_id"] for row in await town.asked(TAKEN_FROM, batch.id)]
    card = [f"man{town.first + place:026}" for place in range(5)]
    assert found == [pension[1], *card[1:]]


async def test_the_line_goes_to_the_bank_of_the_account_it_is_collected_from(town):
    await agrees(town, 2, bank="演练农村商业银行")
    await also_pays(town, 2)
    batch = await town.built()
    rows = await town.asked(
        """SELECT l.serial, p.bank FROM batch_lines l
             JOIN batch_packets p USING (region_code, batch_id, packet)
            WHERE l.batch_id = $1 ORDER BY l.serial""", batch.id,
    )  # fmt: skip
    assert [row["bank"] for row in rows] == [
        "演练银行", "演练农村商业银行", "演练银行", "演练银行", "演练银行",
    ]  # fmt: skip
