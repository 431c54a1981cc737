"""Tours: the main pages of each city, as a resident of it sees them."""  # noqa: INP001

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tour:
    """A city, who goes through its pages, and the pages: what each is called, and where it is.

    A page in brackets is behind the link of these words on the page before.
    """

    city: str
    name: str
    resident: str
    pages: dict[str, str]


TOURS: Final = (
    Tour(
        city="wuxi",
        name="无锡",
        resident="wuxi_qian",
        pages={
            "home": "/home",
            "choose": "[选基数]",
            "rates": "/rates",
            "records": "/records",
            "top-up": "/top-up",
            "objections": "/objections",
        },
    ),
    Tour(
        city="changzhou",
        name="常州",
        resident="changzhou_jiang",
        pages={
            "home": "/home",
            "items": "/items",
            "for-whom": "/for-whom",
            "agreements": "/agreements",
            "records": "/records?tab=others",
        },
    ),
    Tour(
        city="ningbo",
        name="宁波",
        resident="ningbo_chen",
        pages={
            "home": "/home",
            "insured": "/insured",
            "items": "/items",
            "batches": "/batches",
            "offices": "/offices",
            "office": "/offices/330213",
        },
    ),
    Tour(
        city="beijing",
        name="北京",
        resident="beijing_zhao",
        pages={
            "home": "/home",
            "insured": "/insured",
            "amounts": "/amounts",
            "amounts-void": "/amounts/void",
            "declarations": "/declarations",
            "records": "/records",
            "certificate": "/certificates/new",
        },
    ),
)
LOOKS: Final = {"": "手机", "elder": "大字版", "wide": "电脑"}
SHOWN_IN_ALL: Final = 2  # So many of its first pages are shown in every look.
