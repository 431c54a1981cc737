"""Gate: every request to UnionPay comes in here, verified, and every answer goes out signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import mishaps
from shebao.sandbox.faults import Kind, Place
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import fields
from shebao.sandbox.unionpay.refusals import OK, SAID, UnionPayRefusal, malformed
from shebao.sandbox.unionpay.signing import is_signed, plain, signed

Words = Mapping[str, str]
VERSION: Final = "5.1.0"
_BODY_MOST: Final = 64 * 1024
_FIELDS_MOST: Final = 100
_ECHOED: Final = (
    *("version", "encoding", "txnType", "txnSubType", "bizType", "accessType", "merId"),
    *("orderId", "txnTime", "txnAmt", "currencyCode", "reqReserved", "settleDate", "fileType"),
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """What UnionPay does for one kind of transaction."""

    place: Place
    biz_types: frozenset[str]
    act: Callable[[Town, Words], Words]


async def read_words(request: Request) -> dict[str, str]:
    """Every word of a posted form; what is said twice is refused."""
    body = await request.body()
    if len(body) > _BODY_MOST:
        raise malformed("body")
    try:
        text = body.decode("ascii")
        most = _FIELDS_MOST
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=most)
    except ValueError:
        raise malformed("body") from None
    words = dict(pairs)
    if len(words) != len(pairs):
        raise malformed("body")
    return words


def verify(town: Town, words: Words) -> None:
    """Believe a request only if one of our merchants signed it."""
    keys = town.unionpay_keys
    fields.one_of(words, "version", (VERSION,))
    fields.one_of(words, "encoding", ("UTF-8",))
    fields.one_of(words, "signMethod", ("01",))
    fields.one_of(words, "accessType", ("0",))
    fields.text(words, "signature", most=1024)
    if fields.text(words, "merId") not in keys.mer_ids:
        raise UnionPayRefusal("31", "merId")
    if fields.text(words, "certId") != keys.merchant_serial:
        raise UnionPayRefusal("11", "certId")
    if not is_signed(keys.merchant_public, words):
        raise UnionPayRefusal("11")


async def answer(
    town: Town, request: Request, known: Mapping[tuple[str, str], Transaction]
) -> Response:
    """Do what is asked, or refuse it, signed either way."""
    try:
        words = await read_words(request)
    except UnionPayRefusal as no:
        return _written(plain(signed(town.unionpay_keys, no.said())))
    kind = known.get((words.get("txnType", ""), words.get("txnSubType", "")))
    place = kind.place if kind is not None else Place.PLATFORM
    absent = await mishaps.on_the_way_in(town.faults, place)
    if absent is not None:
        return absent
    try:
        verify(town, words)
        said = _done(town, kind, words)
    except UnionPayRefusal as no:
        said = no.said()
    forged = town.faults.strikes(place, (Kind.ANSWER_FORGED,)) is not None
    echoed = {name: words[name] for name in _ECHOED if name in words}
    response = _written(plain(signed(town.unionpay_keys, echoed | dict(said), forged=forged)))
    return await mishaps.on_the_way_out(town.faults, place, request, response)


def _done(town: Town, kind: Transaction | None, words: Words) -> Words:
    if kind is None:
        raise UnionPayRefusal("32", "txnType")
    fields.one_of(words, "bizType", kind.biz_types)
    if town.faults.strikes(kind.place, (Kind.SYSTEM_ERROR,)) is not None:
        raise UnionPayRefusal("06")
    return {"respCode": OK, "respMsg": SAID[OK], **kind.act(town, words)}


def _written(text: str) -> Response:
    return Response(text.encode(), media_type="text/html;charset=utf-8")  # So UnionPay calls it.
