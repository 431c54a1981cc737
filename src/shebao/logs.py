"""Logs: one JSON object a line, in which no personal number stands whole.

Whatever is logged, by us or by a library, passes `masked` last: certificate numbers, bank cards
and telephones keep their ends and lose their middle, so a log may be read by whoever repairs.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_LONG: Final = re.compile(r"(?<![0-9A-Za-z])([0-9]{4})[0-9]{7,11}([0-9]{3}[0-9Xx])(?![0-9A-Za-z])")
_PHONE: Final = re.compile(r"(?<![0-9A-Za-z])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9A-Za-z])")


def masked(text: str) -> str:
    """The text with every certificate number, card and telephone masked.

    >>> masked("拒绝 330212197503089911, 13800000001")
    '拒绝 3302**********9911, 138****0001'
    """
    text = _LONG.sub(r"\1**********\2", text)
    return _PHONE.sub(r"\1****\2", text)


def configure(level: str) -> None:
    """Send every log of the program to standard error, masked, from this level on."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        stamp,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            _mask,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _mask(_logger: WrappedLogger, _name: str, line: EventDict | str) -> str:
    return masked(str(line))
