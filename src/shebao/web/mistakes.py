"""Mistakes: reads several fields of a form, so that all that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Callable

from shebao.core.refusals import Refusal
from shebao.web.words import Mistakes


def all_of(*reads: Callable[[], object]) -> None:
    """Read everything. Raises Mistakes with every refusal there was."""
    refusals = [refusal for refusal in map(_refusal_of, reads) if refusal]
    if refusals:
        raise Mistakes(refusals)


def _refusal_of(read: Callable[[], object]) -> Refusal | None:
    try:
        read()
    except Refusal as refusal:
        return refusal
    return None
