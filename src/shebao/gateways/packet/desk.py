"""Desk (报文柜): where packets and their answers lie, and the formats they are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shebao.core.refusals import Refusal
from shebao.gateways.packet.format import Format


@dataclass(eq=False)
class FormatUnknown(Refusal):
    """No table says how this format is written."""

    name: str


@dataclass(frozen=True, slots=True)
class PacketDesk:
    """The folder of the packets, and every format there is."""

    folder: Path = Path("packets")
    formats: Mapping[str, Format] = field(default_factory=dict)

    def format(self, name: str) -> Format:
        """A format by its name. Raises FormatUnknown."""
        try:
            return self.formats[name]
        except KeyError:
            raise FormatUnknown(name) from None

    def demand(self, region_code: str, number: str, written: Format) -> Path:
        """Where the file of a packet lies."""
        name = written.file_name.format(number=number)
        return self.folder / region_code / number / name

    def answer(self, region_code: str, number: str, part: int) -> Path:
        """Where a part of a bank's answer is put."""
        return self.folder / region_code / number / f"answer-{part}.txt"
