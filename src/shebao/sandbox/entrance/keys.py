"""Keys: what the face provider, the portals and the apps gave their customer, and keep apart."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from shebao.sandbox import papers
from shebao.sandbox.authority import new_key
from shebao.sandbox.credentials import Partner

PORTALS: Final[Mapping[str, str]] = {"sufuban": "苏服办", "zheliban": "浙里办", "jingtong": "京通"}
APPS: Final = ("wechat", "baidu")
_LAST: Final = "portals.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of everybody who knows who people are."""

    face: Partner
    portals: Mapping[str, Partner]
    apps: Mapping[str, Partner]
    signing: RSAPrivateKey  # The portals' own: it signs their id tokens.


def open_folder(folder: Path, *, wechat_app: str) -> Keys:
    """Read the folder's keys, making them first when it has none.

    The app that pays by WeChat signs in there, too, so its openids are the same.
    """
    room = folder / "sandbox" / "entrance"
    if not (folder / _LAST).exists():
        _make(folder, room, wechat_app)
    portals = json.loads((folder / _LAST).read_text())
    return Keys(
        face=Partner(**json.loads((folder / "face.json").read_text())),
        portals={id_: Partner(one["client_id"], one["secret"]) for id_, one in portals.items()},
        apps={app: Partner(**json.loads((folder / f"{app}_app.json").read_text())) for app in APPS},
        signing=papers.read_private(room / "portal_key.pem"),
    )


def _make(folder: Path, room: Path, wechat_app: str) -> None:
    room.mkdir(parents=True, exist_ok=True)
    room.parent.chmod(0o700)
    papers.write(room / "portal_key.pem", papers.private(new_key()), mode=papers.SECRET)
    partners = {
        "face": f"face-{papers.digits(8)}",
        "wechat_app": wechat_app,
        "baidu_app": secrets.token_urlsafe(24),
    }
    for name, id_ in partners.items():
        partner = {"app_id": id_, "secret": secrets.token_hex(16)}
        papers.write(folder / f"{name}.json", papers.facts(partner), mode=papers.SECRET)
    portals = {
        id_: {
            "issuer": f"/oidc/{id_}",  # It leads on from wherever we are.
            "client_id": f"shebao-{id_}",
            "secret": secrets.token_hex(32),
        }
        for id_ in PORTALS
    }
    written = json.dumps(portals, indent=2).encode() + b"\n"
    papers.write(folder / _LAST, written, mode=papers.SECRET)
