"""Letters: notices as WeChat Pay sends them, sealed and signed with the rehearsal's own keys."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from city.residents import REGION, id_of

from bench.books import ORDER_FEN
from shebao.sandbox import clock
from shebao.sandbox.credentials import Credentials, open_folder
from shebao.sandbox.faults import Plan
from shebao.sandbox.wechat.notices import News, sealed
from shebao.sandbox.wechat.signing import Seal, Signer

PATH: Final = f"/notify/wechat/{REGION}"
_SHARE: Final = 500


def letters(folder: Path, numbers: Iterable[int], *, host: str) -> list[bytes]:
    """The HTTP request for each order's payment. Signatures are good for five minutes.

    People do not pay in the order in which they opened their orders.
    """
    wanted = list(numbers)
    random.Random(len(wanted)).shuffle(wanted)
    shares = [wanted[start : start + _SHARE] for start in range(0, len(wanted), _SHARE)]
    with ProcessPoolExecutor() as pool:
        return [one for share in pool.map(partial(_written, folder, host), shares) for one in share]


def opened_letter(letter: bytes) -> tuple[dict[str, str], bytes]:
    """What a letter says: its headers as a server reads them, and its body."""
    head, _, body = letter.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:])
    return {name.lower(): said for name, _, said in lines}, body


def _written(folder: Path, host: str, numbers: list[int]) -> list[bytes]:
    credentials = open_folder(folder)
    seal = Seal(credentials)
    return [_request(seal, credentials, number, host) for number in numbers]


def _request(seal: Seal, credentials: Credentials, number: int, host: str) -> bytes:
    news = News(
        subject=id_of("att", number),
        event="TRANSACTION.SUCCESS",
        kind="transaction",
        facts=_transaction(credentials, number),
        url=PATH,
        signer=Signer.PUBLIC_KEY,
    )
    body = sealed(seal, news, Plan(), withheld=False, next_at=0).body.encode()
    headers = {
        "Host": host,
        "User-Agent": "Mozilla/4.0",
        "Accept": "*/*",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **seal.headers(body, Signer.PUBLIC_KEY),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + body


def _transaction(credentials: Credentials, number: int) -> dict[str, object]:
    return {
        "appid": credentials.appid,
        "mchid": credentials.mchid,
        "out_trade_no": id_of("att", number),
        "transaction_id": f"42000020231105{number:014d}",
        "trade_type": "JSAPI",
        "trade_state": "SUCCESS",
        "trade_state_desc": "支付成功",
        "bank_type": "OTHERS",
        "attach": "",
        "success_time": clock.rfc3339(clock.now_ms()),
        "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
        "amount": {
            "total": ORDER_FEN,
            "payer_total": ORDER_FEN,
            "currency": "CNY",
            "payer_currency": "CNY",
        },
    }
