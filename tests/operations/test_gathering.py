"""What arrives while the last batch runs is the next batch, and everybody gets their own answer."""

import asyncio

import pytest

from shebao.operations.gathering import Gathering, Rounds


class Work:
    """Work whose batches wait at a gate, so that a test decides what arrives meanwhile."""

    def __init__(self, answer=lambda item: item * 10):
        self.batches = []
        self.gate = asyncio.Event()
        self.at_once = 0
        self.answer = answer
        self._running = 0

    async def __call__(self, items):
        self.batches.append([*items])
        self._running += 1
        self.at_once = max(self.at_once, self._running)
        await self.gate.wait()
        self._running -= 1
        return [self.answer(item) for item in items]


async def arrived(gathering, *items):
    """Items brought one after another, each waiting for its answer."""
    tasks = [asyncio.create_task(gathering.put(item)) for item in items]
    for _ in range(3):  # Let them, and the batch, come to where they wait.
        await asyncio.sleep(0)
    return tasks


async def test_an_item_alone_goes_at_once():
    work = Work()
    work.gate.set()
    assert await Gathering(work).put(7) == 70
    assert work.batches == [[7]]


async def test_what_arrives_meanwhile_goes_together_in_its_order():
    work = Work()
    gathering = Gathering(work)
    first = await arrived(gathering, 1)
    others = await arrived(gathering, 2, 3, 4)
    work.gate.set()
    assert await asyncio.wait_for(asyncio.gather(*first, *others), 1) == [10, 20, 30, 40]
    assert work.batches == [[1], [2, 3, 4]]
    assert work.at_once == 1


async def test_a_batch_is_never_larger_than_it_may_be():
    work = Work()
    gathering = Gathering(work, batch_max=3)
    first = await arrived(gathering, 0)
    others = await arrived(gathering, *range(1, 8))
    work.gate.set()
    await asyncio.gather(*first, *others)
    assert work.batches == [[0], [1, 2, 3], [4, 5, 6], [7]]


async def test_an_exception_among_the_answers_is_raised_to_its_own_and_nobody_else():
    work = Work(answer=lambda item: ValueError("no") if item == 2 else item)
    work.gate.set()
    tasks = await arrived(Gathering(work), 1, 2, 3)
    one, two, three = await asyncio.gather(*tasks, return_exceptions=True)
    assert (one, three) == (1, 3)
    assert isinstance(two, ValueError)


async def test_work_that_fails_is_told_to_everybody_in_its_batch_and_the_next_goes_on():
    work = Work(answer=lambda item: 1 // (item - 2))
    work.gate.set()
    gathering = Gathering(work)
    tasks = await arrived(gathering, 1, 2, 3)
    failed = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in failed] == [ZeroDivisionError] * 3
    assert await gathering.put(5) == 0


async def test_an_answer_too_few_is_a_mistake_of_ours_and_nobody_hangs():
    async def forgetful(items):
        await asyncio.sleep(0)
        return items[1:]

    with pytest.raises(AssertionError):
        await asyncio.wait_for(Gathering(forgetful).put(1), 1)


async def test_whoever_goes_away_keeps_nobody_else_waiting():
    work = Work()
    gathering = Gathering(work)
    gone, stays = await arrived(gathering, 1, 2)
    gone.cancel()
    work.gate.set()
    assert await asyncio.wait_for(stays, 1) == 20
    assert gone.cancelled() or gone.cancelling()


class Duty:
    """Work of rounds: what each call finds is laid down beforehand, and every call is heard."""

    def __init__(self, *finds):
        self.finds = [*finds]
        self.gate = asyncio.Event()
        self.gate.set()
        self.calls = []
        self._heard = asyncio.Queue()

    async def __call__(self, key):
        self.calls.append(key)
        self._heard.put_nowait(key)
        await self.gate.wait()
        found = self.finds.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async def is_called(self):
        async with asyncio.timeout(1):
            return await self._heard.get()


async def at_rest():
    """Nobody has anything left to do but wait."""
    await asyncio.sleep(0.02)


async def test_rounds_go_on_until_nothing_is_left():
    duty = Duty(3, 2, 1, 0)
    Rounds(duty).ask("330200")
    await at_rest()
    assert duty.calls == ["330200"] * 4


async def test_rounds_asked_for_meanwhile_are_done_once_more_not_once_each():
    duty = Duty(0, 0, 0)
    duty.gate.clear()
    rounds = Rounds(duty)
    rounds.ask("330200")
    await duty.is_called()
    rounds.ask("330200")
    rounds.ask("330200")
    duty.gate.set()
    await at_rest()
    assert duty.calls == ["330200"] * 2


async def test_a_round_that_fails_is_left_and_the_next_one_runs(caplog):
    duty = Duty(RuntimeError("the books could not be read"), 0)
    rounds = Rounds(duty)
    rounds.ask("330200")
    await at_rest()
    assert "left to the worker" in caplog.text
    rounds.ask("330200")
    await at_rest()
    assert duty.calls == ["330200"] * 2


async def test_every_key_has_its_rounds():
    duty = Duty(0, 0)
    rounds = Rounds(duty)
    rounds.ask("330200")
    rounds.ask("110000")
    await at_rest()
    assert sorted(duty.calls) == ["110000", "330200"]
