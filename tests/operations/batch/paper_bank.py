"""A bank of paper: it reads a packet as any bank would, and writes the answer it was told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

CODES = {"paid": "0000", "short": "1001", "unknown": "9999", "name": "1007"}
WORDS = {"0000": "成功", "1001": "账户余额不足支付", "9999": "处理中", "1007": "账号与户名不符"}


@dataclass
class PaperBank:
    """Answers a file in the generic format. ``ends`` says by serial how a line ends."""

    file: object
    ends: dict = field(default_factory=dict)
    usual: str = "paid"

    @cached_property
    def rows(self):
        text = self.file.read_bytes().decode("gb18030")
        return [line.split("|") for line in text.split("\r\n") if line]

    @property
    def lines(self):
        return [row for row in self.rows if row[0] == "D"]

    def answer(self, into, *, part=1, parts=1, **changes):
        """Write the answer, or a part of it; changes make it wrong."""
        head = self.rows[0]
        mine = [row for place, row in enumerate(self.lines) if place % parts == part - 1]
        rows = [self._line(row) for row in mine] + changes.pop("more", [])
        fen = sum(round(float(row[2]) * 100) for row in rows)
        total = f"{fen // 100}.{fen % 100:02}"
        said = {"number": head[1], "day": head[2], "count": len(rows), "total": total} | changes
        top = ["H", *said.values(), part, parts]
        end = ["T", said["count"], said["total"]]
        text = "".join("|".join(map(str, row)) + "\r\n" for row in [top, *rows, end])
        into.write_bytes(text.encode("gb18030"))
        return into

    def _line(self, row):
        serial, amount = int(row[1]), row[4]
        code = CODES[self.ends.get(serial, self.usual)]
        reference = f"{self.rows[0][1]}{serial:08}" if code == "0000" else ""
        return ["D", str(serial), amount, code, WORDS[code], reference, "20231128100000"]
