"""Files as UnionPay writes them, made by hand from the widths alone."""

from __future__ import annotations

import zipfile

from tests.gateways.unionpay_side import ATTEMPT, MERCHANT, QUERY_ID

WIDTHS = [
    *(3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1),
    *(21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 98),
]


def line(**changed):
    """A line of a ZM file, written by hand from the widths alone."""
    told = {
        4: "1130115930",
        6: "000000038050",
        9: QUERY_ID,
        11: ATTEMPT,
        15: "D000000000076",
        19: "01",
        27: MERCHANT,
        30: "无锡社保",
    } | {int(name[1:]): value for name, value in changed.items()}
    fields = [told.get(at, "").encode("gbk").ljust(width) for at, width in enumerate(WIDTHS)]
    return b" ".join(fields)


def file(folder, *lines, name=f"INN26113088ZM_{MERCHANT}", others=()):
    path = folder / "statement"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, b"".join(one + b"\r\n" for one in lines))
        for other, text in others:
            packed.writestr(other, text)
    return path
