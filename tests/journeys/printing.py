"""Printing: what a page looks like on paper, and what a phone reads from it."""

from __future__ import annotations

import pypdfium2
import zxingcpp


def sheets(pdf: bytes) -> int:
    """How many sheets of paper it takes."""
    opened = pypdfium2.PdfDocument(pdf)
    found = len(opened)
    opened.close()
    return found


def words(pdf: bytes) -> str:
    """What stands on the first sheet."""
    opened = pypdfium2.PdfDocument(pdf)
    page = opened[0].get_textpage()
    said: str = page.get_text_range()
    page.close()
    opened.close()
    return said


def code(pdf: bytes) -> str:
    """What a phone reads that is held before the first sheet."""
    [only] = codes(pdf)
    return only


def codes(pdf: bytes) -> list[str]:
    """The same, where several codes stand on it."""
    opened = pypdfium2.PdfDocument(pdf)
    picture = opened[0].render(scale=3, grayscale=True)
    rows = memoryview(picture.buffer).cast("B")[: picture.stride * picture.height]
    found = zxingcpp.read_barcodes(rows.cast("B", shape=[picture.height, picture.stride]))
    opened.close()
    return [str(one.text) for one in found]
