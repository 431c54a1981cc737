"""A child under fourteen comes in by nobody but a parent, and the words say who can."""

from datetime import date

import pytest
from tests.web.entrance.conftest import NINGBO

from shebao.core.entrance.child import is_child
from shebao.core.identity import IdType

TODAY = date(2024, 2, 6)  # Ningbo's, in the rehearsal.


@pytest.mark.parametrize(
    ("born", "child"),
    [(date(2010, 2, 6), False), (date(2010, 2, 7), True), (date(2024, 1, 1), True), (None, False)],
)
def test_somebody_is_a_child_until_their_fourteenth_birthday(born, child):
    assert is_child(born, on=TODAY) is child


def test_who_has_only_a_birth_certificate_is_a_child():
    assert is_child(None, id_type=IdType.BIRTH_CERTIFICATE, on=TODAY)


@pytest.fixture
async def child(settle):
    return await settle(NINGBO, name="王小宝", born="20150520")


async def test_a_child_is_told_that_a_parent_must_come(visitor, child):
    page = await visitor.open(f"/?region={NINGBO}")
    page = await visitor.send(
        page, "/sign-in", name=child.name, number=child.number, phone=child.phone
    )
    assert page.says("不满 14 周岁，不能自己登录")
    assert page.says("请父母或其他监护人")


async def test_a_childs_face_is_not_even_looked_at(visitor, child):
    await visitor.open(f"/?region={NINGBO}&ch=app")
    page = await visitor.open("/sign-in/face")
    page = await visitor.send(page, "/sign-in/face", name=child.name, number=child.number)
    assert page.says("不满 14 周岁，不能自己登录")


async def test_who_is_no_guardian_cannot_name_a_child(child, settle, sign_in):
    payer = await sign_in(await settle(NINGBO))
    page = await payer.open("/for-whom/other")
    page = await payer.send(page, "/for-whom/other", name=child.name, number=child.number)
    assert (page.status, page.says("要由父母或其他监护人办理")) == (422, True)
    page = await payer.send(
        page, "/for-whom/other", name=child.name, number=child.number, guardian="1"
    )
    assert page.path == "/insured"


async def test_the_parent_is_recorded_with_what_they_agreed_to(world, child, settle, sign_in):
    resident = await settle(NINGBO)
    parent = await sign_in(resident)
    page = await parent.open("/for-whom/other")
    await parent.send(page, "/for-whom/other", name=child.name, number=child.number, guardian="1")
    async with world.db.reading() as tx:
        row = await tx.connection.fetchrow(
            "SELECT parent_id, edition FROM guardians WHERE child_id = $1", child.person.id
        )
    assert (row["parent_id"], row["edition"]) == (resident.person.id, "2026-11-01")
    assert (await parent.open("/for-whom")).says("孩子")


async def test_an_adult_is_named_without_a_word_about_guardians(world, settle, sign_in):
    other = await settle(NINGBO)
    payer = await sign_in(await settle(NINGBO))
    page = await payer.open("/for-whom/other")
    page = await payer.send(page, "/for-whom/other", name=other.name, number=other.number)
    assert page.path == "/insured"
