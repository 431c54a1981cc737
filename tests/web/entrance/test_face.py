"""A face is looked at elsewhere: its provider's signed word counts, and no image ever comes here."""

import pytest
from tests.web.entrance.conftest import NINGBO, asked_of

from shebao.core.channel import Forged
from shebao.core.entrance.face_check import FaceOutcome


@pytest.fixture
def begun(visitor, settle):
    """Ask for a check in Ningbo's app; the page that comes."""

    async def begin(resident):
        await visitor.open(f"/?region={NINGBO}&ch=app")
        page = await visitor.open("/sign-in/face")
        return await visitor.send(page, "/sign-in/face", name=resident.name, number=resident.number)

    return begin


@pytest.fixture
async def resident(settle):
    return await settle(NINGBO)


@pytest.fixture
def at_provider(visitor, resident, begun, outward):
    """Ask for a check, let the provider see something, and come back."""

    async def look(see="pass", **more):
        there = (await begun(resident)).link("开始刷脸")
        prompt = await outward(there)
        assert "演练不打开摄像头" in prompt.text
        told = {"token": asked_of(there)["token"], "see": see, **more}
        answer = await outward(there.partition("?")[0], **told)
        assert answer.headers["location"].endswith("/sign-in/face/back")
        return await visitor.open("/sign-in/face/back")

    return look


async def test_a_face_that_is_theirs_lets_somebody_in(at_provider):
    page = await at_provider(silent="1")  # The word did not come by itself: the provider is asked.
    assert (page.path, page.says("王*芳")) == ("/home", True)


@pytest.mark.parametrize(
    ("see", "why"), [("other", "不是同一个人"), ("still", "没有检测到真人"), ("leave", "中途退出")]
)
async def test_a_face_that_is_not_is_refused_with_the_reason(at_provider, visitor, see, why):
    page = await at_provider(see)
    assert page.says("刷脸没有通过")
    assert page.says(why)
    assert (await visitor.open("/home")).path == "/sign-in"


async def test_three_failures_in_a_day_are_enough_and_another_way_is_offered(
    at_provider, begun, resident, clock
):
    pages = [await at_provider("still") for _ in range(3)]
    assert all(page.says("刷脸没有通过") for page in pages)
    page = await begun(resident)
    assert page.says("今天刷脸 3 次没有通过")
    assert page.link("换一种方式") == "/sign-in?way=sms"
    clock.passes(hours=25)
    assert (await at_provider()).path == "/home"


async def test_a_check_that_was_used_is_forgotten(at_provider, visitor):
    await at_provider()
    page = await visitor.open("/sign-in/face/back")
    assert page.says("这次刷脸已经过了时间")


async def test_a_word_that_the_provider_did_not_sign_is_not_believed(world):
    body = b'{"reference":"r","order_no":"fac1","result":"passed"}'
    headers = {"x-signature": "0" * 64, "x-timestamp": "1", "x-nonce": "n"}
    with pytest.raises(Forged):
        world.entrances.face.open_telling(headers, body)


@pytest.mark.parametrize(
    ("path", "status"), [("/told/face/330200", 401), ("/told/face/999999", 404)]
)
async def test_a_forged_word_at_the_door_is_turned_away(visitor, path, status):
    answer = await visitor.http.post(path, content=b"{}")
    assert answer.status_code == status


async def test_nothing_of_a_face_has_a_place_in_our_books(world):
    async with world.db.reading() as tx:
        columns = await tx.connection.fetch(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = 'face_checks'"
        )
    assert "bytea" not in {row["data_type"] for row in columns}
    assert {outcome.value for outcome in FaceOutcome} == {"pending", "passed", "failed"}


async def test_in_ningbo_a_face_is_never_the_only_way(visitor):
    await visitor.open(f"/?region={NINGBO}&ch=app")
    page = await visitor.open("/sign-in/face")
    assert page.link("短信验证码").startswith("/sign-in")
