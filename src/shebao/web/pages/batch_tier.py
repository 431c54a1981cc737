"""Batch tier (批扣定档): the amount the banks collect next, chosen by whoever has agreed to it.

It is the same choice as for paying by oneself; only that nothing is paid now, and that without
an agreement in force nobody would collect it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shebao.core.money import ZERO
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.batch.look import Forecast, forecasts
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.pages import choose
from shebao.web.visit import Visit


@dataclass(eq=False)
class AgreementNeeded(Refusal):
    """Nothing is collected for a scheme without an agreement in force."""

    scheme: str


async def show(visit: Visit) -> Answer:
    """What may be chosen, and when it is collected from which account. Raises AgreementNeeded."""
    forecast = await _agreed(visit)
    page = await choose.show(visit)
    assert isinstance(page, Page)
    return replace(page, shows={**page.shows, **_shown(visit, forecast)})


async def choose_it(visit: Visit) -> Answer:
    """Make the choice, and wait for the bank. Raises AgreementNeeded."""
    await _agreed(visit)
    await choose.elect_it(visit)
    return SeeOther("/batches")


async def _agreed(visit: Visit) -> Forecast:
    """What is to be expected for the enrolment of the address. Raises AgreementNeeded."""
    session = visit.signed_in
    found = await forecasts(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    for one in found:
        if one.enrolment_id == visit.parts["enrolment_id"]:
            if one.mandate is None or one.word == "suspended":
                raise AgreementNeeded(wording.item_name(one.scheme))
            return one
    raise NotYours(visit.parts["enrolment_id"])


def _shown(visit: Visit, forecast: Forecast) -> Mapping[str, Any]:
    mandate = forecast.mandate
    return {
        "for_batch": wording.city_word(visit.region, "batch_tier"),
        "batch_day": forecast.day,
        "account": wording.account_words(mandate.account) if mandate and mandate.account else "",
        "back": "/batches",
        "stands": forecast.amount if forecast.amount > ZERO else None,
    }
