"""Answers: how every command ends, decided in one place.

0 is done, 1 refused, 2 misuse, 3 unanswered. A refusal is told in the words of the pages, or with
``--json`` as ``{"refused", "says", "do"}``: other programs read that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import click

from shebao.config import SettingNotUnderstood
from shebao.core.refusals import Refusal, Unanswered
from shebao.web.words import words_of

DONE: Final = 0
REFUSED: Final = 1
UNANSWERED: Final = 3
_JSON_OPTION: Final = "--json"
_AS_JSON: Final = "shebao.as_json"
_UNANSWERED_SAYS: Final = "对方没有回音，这件事可能已经办了，也可能没有。"
_UNANSWERED_DO: Final = "先查结果，不要直接重办。"


class Answering(click.Group):
    """The outermost group: what its commands refuse becomes words and an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember whether a program asks, which wants its refusals as JSON too."""
        ctx.meta[_AS_JSON] = _JSON_OPTION in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn the two ways of not being done into their exit codes."""
        try:
            return super().invoke(ctx)
        except SettingNotUnderstood as wrong:
            raise click.UsageError(f"{wrong.setting}: {wrong.remedy}", ctx) from wrong
        except Refusal as refused:
            _tell(ctx, {"refused": refused.code, **words(refused)})
            ctx.exit(REFUSED)
        except Unanswered as silence:
            told = {"unanswered": silence.whom, "says": _UNANSWERED_SAYS, "do": _UNANSWERED_DO}
            _tell(ctx, told)
            ctx.exit(UNANSWERED)


def words(refused: Refusal) -> Mapping[str, str]:
    """What a refusal says and what to do about it, in the words of the pages."""
    try:
        said = words_of(refused)
    except KeyError:  # Nobody has written words for it: its facts are better than a crash.
        return {"says": str(refused), "do": ""}
    return {"says": said.says, "do": said.do}


def _tell(ctx: click.Context, told: Mapping[str, str]) -> None:
    if ctx.meta[_AS_JSON]:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(told["says"], err=True)
    if told["do"]:
        click.echo(told["do"], err=True)
