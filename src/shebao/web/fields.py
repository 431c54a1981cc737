"""Fields: what a form or an address carries, read without surprises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus, unquote_plus, urlencode

from shebao.core.refusals import Refusal

BODY_MOST: Final = 64 * 1024
FIELDS_MOST: Final = 300


@dataclass(eq=False)
class FormUnreadable(Refusal):
    """What was sent is no form of ours: too long, too many fields, or another encoding."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a form brings: under which name of the form, what it is called, what is in it."""

    named: str
    name: str
    content: bytes = field(repr=False)


class Fields(Mapping[str, Sequence[str]]):
    """Named texts, each with one or several values; and the files a form brings, if it does."""

    __slots__ = ("_values", "files")

    def __init__(self, values: Mapping[str, Sequence[str]], files: tuple[Upload, ...] = ()) -> None:
        self._values = values
        self.files = files

    @classmethod
    def read(cls, text: bytes) -> Fields:
        """Read ``a=1&b=2&b=3``. Raises FormUnreadable."""
        if not text:
            return NO_FIELDS
        pairs = text.split(b"&", FIELDS_MOST)
        if len(pairs) > FIELDS_MOST:
            raise FormUnreadable
        values: dict[str, list[str]] = {}
        try:
            for pair in pairs:
                name, sign, value = pair.partition(b"=")
                if name or sign:
                    values.setdefault(_plain(name), []).append(_plain(value))
        except ValueError:
            raise FormUnreadable from None
        return cls(values)

    def one(self, name: str, default: str = "") -> str:
        """The value of a name, without the spaces around it; the last, if it came twice."""
        found = self._values.get(name)
        return found[-1].strip() if found else default

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a name, once each, in order."""
        values = self._values.get(name)
        return tuple(dict.fromkeys([value for value in values if value])) if values else ()

    def without(self, *names: str) -> Fields:
        """The same, without some names."""
        return Fields({name: values for name, values in self.items() if name not in names})

    def text(self) -> str:
        """The fields as an address carries them."""
        return urlencode(self._values, doseq=True)

    def __getitem__(self, name: str) -> Sequence[str]:
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


NO_FIELDS: Final = Fields({})


def _plain(text: bytes) -> str:
    """A text without its disguise. Raises ValueError for what no form of ours sends."""
    plain = text.decode("ascii")
    if "%" in plain or "+" in plain:
        plain = unquote_plus(plain, errors="strict")
    if "\x00" in plain:
        raise ValueError
    return plain


def path_with(path: str, **fields: Sequence[str] | str) -> str:
    """A path with fields behind it; empty ones are left out."""
    pairs = [
        f"{name}={_quoted(one)}"
        for name, value in fields.items()
        for one in ((value,) if isinstance(value, str) else value)
        if one
    ]
    return f"{path}?{'&'.join(pairs)}" if pairs else path


def _quoted(text: str) -> str:
    """A value as addresses carry it; most are ids, which are carried as they are."""
    return text if text.isalnum() and text.isascii() else quote_plus(text)
