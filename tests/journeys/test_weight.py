"""The first page is light, and every further step is lighter: slow telephones wait for bytes."""

from __future__ import annotations

import pytest
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")
FIRST_MOST, FURTHER_MOST, REQUESTS_MOST = 15 * 1024, 6 * 1024, 5


class Scales:
    """What a page weighs on the wire: headers and packed bodies of all it asks for."""

    def __init__(self, wire):
        self.bytes, self.requests = 0, 0
        wire.on("Network.requestWillBeSent", self._asked)
        wire.on("Network.loadingFinished", self._came)

    def _asked(self, _told):
        self.requests += 1

    def _came(self, told):
        self.bytes += int(told["encodedDataLength"])

    def empty(self):
        self.bytes, self.requests = 0, 0


@pytest.fixture
async def payer(town, arrives):
    one = await town.insured(NINGBO, PENSION)
    await town.decide(one, "resident_pension", "1200.00")
    return await arrives(one)


@pytest.fixture
async def scales(payer):
    wire = await payer.page.context.new_cdp_session(payer.page)
    await wire.send("Network.enable")
    return Scales(wire)


@pytest.mark.parametrize("path", ["/?choose=1", "/?region=330200", "/home", "/items"])
async def test_the_first_page_is_light_whichever_it_is(payer, scales, path):
    await payer.open(path)
    await payer.page.wait_for_load_state("networkidle")
    assert 0 < scales.bytes <= FIRST_MOST
    assert 0 < scales.requests <= REQUESTS_MOST


async def weight_of(step, payer, scales):
    """What the page weighs that a button leads to."""
    scales.empty()
    await payer.presses(step)
    await payer.page.wait_for_load_state("networkidle")
    return scales.bytes


async def test_every_further_step_brings_only_its_own_words(payer, scales):
    await payer.open("/home")
    await payer.page.wait_for_load_state("networkidle")
    steps = ("去缴费", "下一步", "确认无误，去支付")
    weights = [await weight_of(step, payer, scales) for step in steps]
    assert min(weights) > 0
    assert max(weights) <= FURTHER_MOST, weights
