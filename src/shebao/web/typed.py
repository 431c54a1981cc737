"""Typed (填过的内容): what a form brought when its session was over comes back after signing in.

The browser keeps it sealed for half an hour. Nothing that names a person or lets somebody in is
kept: the next to sign in on a shared telephone may be somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from shebao.web.cookies import TYPED, Cookie, forget
from shebao.web.fields import Fields
from shebao.web.guard import FORM_FIELD
from shebao.web.keeping import found, kept
from shebao.web.visit import Visit

_LIVES: Final = timedelta(minutes=30)
_BYTES_MOST: Final = 2_000  # A browser keeps four thousand, sealed and written in letters.
_NEVER: Final = frozenset(
    {FORM_FIELD, "seal", "order", "code", "password", "again", "who", "user_name"}
    | {"name", "number", "phone", "card", "account", "holder"}
)


def keep_typed(visit: Visit, path: str) -> Sequence[Cookie]:
    """Let the browser keep a form for the page at this path."""
    values = {name: [*visit.form[name]] for name in visit.form if name not in _NEVER}
    if not values or sum(len(text) for texts in values.values() for text in texts) > _BYTES_MOST:
        return ()
    facts = {"path": path.partition("?")[0], "form": values}
    return (kept(visit, TYPED, facts, lives=_LIVES),)


def with_typed(visit: Visit) -> tuple[Visit, Sequence[Cookie]]:
    """A visit with what was typed into its page before, and the cookie that forgets it."""
    if TYPED not in visit.cookies or visit.session is None or visit.form:
        return visit, ()
    facts = found(visit, TYPED)
    if facts is None:
        return visit, (forget(TYPED),)
    if facts["path"] != visit.path:
        return visit, ()
    return replace(visit, form=Fields(facts["form"])), (forget(TYPED),)
