"""Drawing: turns a page into HTML. Templates are compiled once and hold no logic but loops.

A language other than Chinese is put in when a template is loaded: see ``language/``. So are our
drawings, where a template names one itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from importlib import resources
from typing import Any, Final, TypeAlias

from minijinja import Environment, Markup

from shebao.core.money import Money
from shebao.core.paper import thousands
from shebao.core.policy.region import Region
from shebao.operations.world import SHANGHAI
from shebao.web.language.catalogue import CHINESE, LANGUAGES, Catalogue, load_catalogue
from shebao.web.language.pieces import TOLD, in_other_words

Pens: TypeAlias = Mapping[str, Environment]  # By language.
_EM: Final = 16
_SIZE: Final = 24
_WEIGHT: Final = "1.75"
_PICTURE: Final = re.compile(r"\{\{ icon\('(\w+)'(?:, (\d+))?(?:, '([\d.]+)')?\) \}\}")
_AMOUNT: Final = re.compile(r"(?<![\d.,])(\d{4,9})(?=\.\d{2}(?!\d))")


def yuan(amount: Money) -> str:
    """An amount as pages write it: 1,000.00."""
    return thousands(amount)


def short(amount: Money) -> str:
    """An amount as a tier is called: 1,000, or 4,494.50."""
    return thousands(amount).removesuffix(".00")


def commas(text: str) -> str:
    """A text with the thousands of its amounts apart."""
    return _AMOUNT.sub(lambda found: f"{int(found[1]):,}", text)


def day(when: date) -> str:
    """A day as people say it: 2026 年 11 月 21 日."""
    return f"{when.year} 年 {when.month} 月 {when.day} 日"


def clock(when: datetime) -> str:
    """A time of the day in China: 15:42."""
    return f"{when.astimezone(SHANGHAI):%H:%M}"


def second(when: datetime) -> str:
    """A moment as tables write it: 2026-11-21 15:14:08."""
    return f"{when.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def environment(catalogue: Catalogue | None = None) -> Environment:
    """Everything a template may use. What is not there is a mistake, not an empty place.

    With a catalogue, pages are in its language.
    """
    icon = _icons()
    told = (
        {TOLD: catalogue.told, "day": lambda when: catalogue.told(day(when))} if catalogue else {}
    )

    return Environment(
        loader=_templates(icon, catalogue),
        filters={
            "yuan": yuan,
            "short": short,
            "commas": commas,
            "day": day,
            "clock": clock,
            "second": second,
            **told,
        },
        globals={"icon": icon},
        undefined_behavior="strict",
        auto_escape_callback=lambda _: True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def pens_for(regions: Collection[Region]) -> Pens:
    """One hand for every language pages are read in."""
    others = {code: environment(load_catalogue(code, regions)) for code in LANGUAGES[1:]}
    return {CHINESE: environment(), **others}


def _templates(
    icon: Callable[..., Markup], catalogue: Catalogue | None
) -> Callable[[str], str | None]:
    """The templates by name, with the words and drawings that never change already in them."""
    folder = resources.files("shebao.web") / "templates"

    def load(name: str) -> str | None:
        file = folder / name
        if not file.is_file():
            return None
        text = file.read_text("utf-8")
        said = in_other_words(text, catalogue.say) if catalogue else text
        return _PICTURE.sub(
            lambda found: icon(found[1], int(found[2] or _SIZE), found[3] or _WEIGHT), said
        )

    return load


def _icons() -> Callable[..., Markup]:
    """Our own drawings, each a line picture in a square of 24."""
    text = (resources.files("shebao.web") / "static" / "icons.toml").read_text("utf-8")
    drawn: Mapping[str, Any] = tomllib.loads(text)
    made: dict[tuple[str, int, str], Markup] = {}

    def icon(name: str, size: int = _SIZE, weight: str = _WEIGHT) -> Markup:
        key = (name, size, weight)
        if key not in made:
            thick = f' stroke-width="{weight}"' if weight != _WEIGHT else ""
            made[key] = Markup(
                f'<svg class="ic" width="{size / _EM:g}em" height="{size / _EM:g}em" '
                f'viewBox="0 0 24 24"{thick} aria-hidden="true">{drawn[name]}</svg>'
            )
        return made[key]

    return icon
