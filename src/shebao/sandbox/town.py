"""Town: the whole outside world as one value, handed to everything that happens in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shebao.sandbox import credentials as keys
from shebao.sandbox.alipay import keys as alipay_folder
from shebao.sandbox.alipay.way import AlipayWay
from shebao.sandbox.bank import keys as bank_folder
from shebao.sandbox.bank.desk import Desk
from shebao.sandbox.bank.way import BankWay
from shebao.sandbox.channel.courier import Courier
from shebao.sandbox.counter import keys as counter_folder
from shebao.sandbox.counter.way import CounterWay
from shebao.sandbox.credentials import Credentials
from shebao.sandbox.entrance import keys as entrance_folder
from shebao.sandbox.entrance.desk import Desk as EntranceDesk
from shebao.sandbox.faults import Faults
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.nonces import Nonces
from shebao.sandbox.timers import Timers
from shebao.sandbox.unionpay import keys as unionpay_folder
from shebao.sandbox.unionpay.way import UnionPayWay
from shebao.sandbox.wechat.entrust import terms as entrust_folder
from shebao.sandbox.wechat.entrust.desk import Desk as EntrustDesk
from shebao.sandbox.wechat.entrust.desk import EntrustWay
from shebao.sandbox.wechat.signing import Seal, Signer
from shebao.sandbox.wechat.way import WeChatWay


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
    alipay_courier: Courier
    unionpay_keys: unionpay_folder.Keys
    unionpay_courier: Courier
    counter_keys: counter_folder.Keys
    counter_courier: Courier
    bank: Desk
    entrust: EntrustDesk
    entrance: EntranceDesk

    @property
    def couriers(self) -> Mapping[str, Courier]:
        """Who brings each channel's notices."""
        return {
            "wechat": self.courier,
            "alipay": self.alipay_courier,
            "unionpay": self.unionpay_courier,
            "counter": self.counter_courier,
            "agreement": self.bank.courier,
            "entrust": self.entrust.courier,
        }


def build(folder: Path, settings: Settings) -> Town:
    """Open a rehearsal's folder and stand everything up in it."""
    alipay_keys = alipay_folder.open_folder(folder)
    unionpay_keys = unionpay_folder.open_folder(folder)
    counter_keys = counter_folder.open_folder(folder)
    bank_keys = bank_folder.open_folder(folder)
    terms = entrust_folder.open_folder(folder)
    # After the others: whoever waits for its last file finds everybody's keys.
    credentials = keys.open_folder(folder)
    entrance_keys = entrance_folder.open_folder(folder, wechat_app=credentials.appid)
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
        courier=Courier(ledger, timers, WeChatWay(seal)),
        alipay_keys=alipay_keys,
        alipay_courier=Courier(ledger, timers, AlipayWay(alipay_keys)),
        unionpay_keys=unionpay_keys,
        unionpay_courier=Courier(ledger, timers, UnionPayWay(unionpay_keys)),
        counter_keys=counter_keys,
        counter_courier=Courier(ledger, timers, CounterWay(counter_keys)),
        bank=Desk(bank_keys, Courier(ledger, timers, BankWay(bank_keys))),
        entrust=EntrustDesk(terms, Courier(ledger, timers, EntrustWay(terms))),
        entrance=EntranceDesk(entrance_keys),
    )
