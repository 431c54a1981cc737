"""Town: the whole outside world as one value, handed to everything that happens in it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shebao.sandbox import credentials as keys
from shebao.sandbox.alipay import courier as alipay_notices
from shebao.sandbox.alipay import keys as alipay_folder
from shebao.sandbox.credentials import Credentials
from shebao.sandbox.faults import Faults
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.nonces import Nonces
from shebao.sandbox.timers import Timers
from shebao.sandbox.wechat.courier import Courier
from shebao.sandbox.wechat.signing import Seal, Signer


@dataclass(frozen=True, slots=True)
class Settings:
    """How this rehearsal is set up."""

    folder: Path | None = None  # Where the ledger lies; with the sandbox's own keys if unsaid.
    people: Path | None = None  # A TOML or JSON file of the people the registry knows.
    time_factor: Fraction = Fraction(1, 60)  # An hour of waiting takes a minute.
    signer: Signer = Signer.PUBLIC_KEY  # When the merchant's request names no key.
    probe_one_in: int = 20  # How often a notice is led by a signature probe; nought is never.
    public_url: str | None = None  # How a payer's browser reaches us, if not as the merchant did.


@dataclass(frozen=True, slots=True)
class Town:
    """Keys, ledger, faults and the courier of one rehearsal."""

    settings: Settings
    credentials: Credentials
    seal: Seal
    ledger: Ledger
    faults: Faults
    nonces: Nonces
    timers: Timers
    courier: Courier
    alipay_keys: alipay_folder.Keys
    alipay_courier: alipay_notices.Courier


def build(folder: Path, settings: Settings) -> Town:
    """Open a rehearsal's folder and stand everything up in it."""
    alipay_keys = alipay_folder.open_folder(folder)
    # After the others: whoever waits for its last file finds everybody's keys.
    credentials = keys.open_folder(folder)
    seal = Seal(credentials)
    ledger = Ledger((settings.folder or folder / "sandbox") / "ledger.sqlite3")
    timers = Timers(settings.time_factor)
    return Town(
        settings=settings,
        credentials=credentials,
        seal=seal,
        ledger=ledger,
        faults=Faults(),
        nonces=Nonces(),
        timers=timers,
        courier=Courier(ledger, seal, timers),
        alipay_keys=alipay_keys,
        alipay_courier=alipay_notices.Courier(ledger, alipay_keys, timers),
    )
