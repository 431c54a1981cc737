"""Assets: the style sheet and the script, under names that change when they do.

They are packed once, at start, and a browser keeps them for good.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

PREFIX: Final = "/static/"
_MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "app.css": ("tokens.css", "app.css"),
    "console.css": ("tokens.css", "console.css"),
    "app.js": ("app.js",),
    "passkey.js": ("passkey.js",),
    "in_app.js": ("in_app.js",),
    "kiosk.js": ("kiosk.js",),
    "mini.js": ("mini.js",),
    "icon.svg": ("icon.svg",),
}
_TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_HASH_LETTERS: Final = 10


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    path: str
    media_type: str
    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """Every file, by the path it is asked for under."""

    by_path: Mapping[str, Asset]
    names: Mapping[str, str]
    ahead: Mapping[str, tuple[bytes, bytes]]  # By name: the header that asks for it at once.

    def path(self, name: str) -> str:
        """The path of a file, such as app.css."""
        return self.names[name]


def load_assets() -> Assets:
    """Read, join, shrink and pack the files of ``static/``."""
    made = {name: _asset(name, parts) for name, parts in _MADE_OF.items()}
    return Assets(
        by_path={asset.path: asset for asset in made.values()},
        names={name: asset.path for name, asset in made.items()},
        ahead={
            name: (b"link", f"<{asset.path}>; rel=preload; as=style".encode())
            for name, asset in made.items()
            if asset.media_type.startswith("text/css")
        },
    )


def _asset(name: str, parts: tuple[str, ...]) -> Asset:
    folder = resources.files("shebao.web") / "static"
    text = "\n".join((folder / part).read_text("utf-8") for part in parts)
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    plain = "\n".join(line for line in lines if line).encode()
    stem, _, kind = name.rpartition(".")
    digest = hashlib.sha256(plain).hexdigest()[:_HASH_LETTERS]
    return Asset(
        path=f"{PREFIX}{stem}.{digest}.{kind}",
        media_type=f"{_TYPES[kind]}; charset=utf-8",
        plain=plain,
        packed=gzip.compress(plain, 9, mtime=0),
    )
