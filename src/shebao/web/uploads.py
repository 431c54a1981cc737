"""Uploads: a form that brings files, as browsers send it (multipart/form-data, RFC 7578)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from shebao.core.desk.objection import FILE_BYTES_MOST, FILES_MOST
from shebao.web.fields import BODY_MOST, FIELDS_MOST, Fields, FormUnreadable, Upload
from shebao.web.reading import Receive, Scope, body_of, form_of

# One file more than is taken, so that somebody who brings too many is told so.
FORM_MOST: Final = (FILES_MOST + 1) * (FILE_BYTES_MOST + BODY_MOST)
_BOUNDARY: Final = re.compile(rb'multipart/form-data;.*boundary="?([^";\s]{1,70})"?', re.IGNORECASE)
_NAME: Final = re.compile(rb'[;\s]name="([^"]*)"')
_FILE: Final = re.compile(rb'[;\s]filename="([^"]*)"')
_HEAD_MOST: Final = 1024


async def upload_of(scope: Scope, receive: Receive) -> Fields:
    """The fields and the files of a form. Raises FormUnreadable."""
    told = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    boundary = _BOUNDARY.match(told)
    if boundary is None:  # The same form without a place for files.
        return await form_of(receive)
    return parted(await body_of(receive, most=FORM_MOST), boundary[1])


def parted(body: bytes, boundary: bytes) -> Fields:
    """The parts of a body, by its boundary. Raises FormUnreadable."""
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    before, *parts = parts
    if before or not parts or not parts[-1].startswith(b"--") or len(parts) > FIELDS_MOST:
        raise FormUnreadable
    values: dict[str, list[str]] = {}
    files: list[Upload] = []
    for part in parts[:-1]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not blank or len(head) > _HEAD_MOST or name is None:
            raise FormUnreadable
        file = _FILE.search(head)
        if file is None:
            values.setdefault(_text(name[1]), []).append(_text(content))
        elif content:  # A field of files with none chosen sends one that is empty.
            files.append(Upload(_text(name[1]), _named(file[1]), content))
    return Fields(values, tuple(files))


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise FormUnreadable from None
    if "\x00" in text or len(text) > BODY_MOST:
        raise FormUnreadable
    return text.replace("\r\n", "\n")


def _named(raw: bytes) -> str:
    """What a file was called, without the folders it was in."""
    return unquote(_text(raw)).replace("\\", "/").rpartition("/")[2]
