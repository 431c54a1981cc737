"""Receipt commands: ask of a file whether it is a receipt of ours, unchanged and still good."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import click

from shebao.core.paper import thousands
from shebao.core.refusals import Unanswered
from shebao.gateways.documents.office import FILE_BYTES_MAX, Documents
from shebao.gateways.documents.seal import Judgement, Verdict

_DONE: Final = 0
_REFUSED: Final = 1
_UNANSWERED: Final = 3
_VOIDED: Final = "voided"
_UNKNOWN: Final = "unknown"

_SAYS: Final = {
    Verdict.VALID: "真凭证。由本系统签发，内容没有改动。",
    Verdict.CHANGED: "内容被改动过，或者文件已损坏。请向缴费人要原来的文件，或扫码查验。",
    Verdict.NOT_OURS: "不是本系统签发的。请到凭证上写的网址查验。",
    Verdict.NO_SIGNATURE: "没有电子签名，不是本系统签发的凭证文件。请扫凭证上的二维码查验。",
}
_VOIDED_SAYS: Final = "由本系统签发，但已经作废，不能作为缴费证明。"
_UNKNOWN_SAYS: Final = "签名有效，但没有连上数据库，不知道是否已经作废。请稍后再查。"


@dataclass(frozen=True, slots=True)
class ReceiptDesk:
    """What these commands work with; whoever starts them hands it over as the context's object.

    ``state_of`` answers issued, voided, or nothing where no database knows the number; it raises
    Unanswered when the database does not answer.
    """

    documents: Callable[[], Documents]
    state_of: Callable[[str], str | None]


@click.group(help="缴费凭证：查验。")
def receipt() -> None:
    """Commands about receipts."""


@receipt.command(help="查验 FILE 是不是本系统签发的凭证：有效、改动过、已作废，还是别处来的。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def verify(desk: ReceiptDesk, file: Path, *, as_json: bool) -> NoReturn:
    """Say what a file is, by its signature and by what the database knows of its number."""
    judgement = desk.documents().verify(_beginning(file))
    verdict, state, says = _outcome(judgement, desk.state_of)
    if as_json:
        click.echo(json.dumps(_told(judgement, verdict, state, says), ensure_ascii=False))
    else:
        click.echo(says)
        if judgement.number is not None and judgement.total is not None:
            click.echo(f"凭证编号 {judgement.number}，金额 {thousands(judgement.total)} 元")
    if verdict == _UNKNOWN:
        sys.exit(_UNANSWERED)
    sys.exit(_DONE if verdict == Verdict.VALID else _REFUSED)


def _beginning(file: Path) -> bytes:
    # One byte more than is allowed is enough to be refused for.
    with file.open("rb") as opened:
        return opened.read(FILE_BYTES_MAX + 1)


def _outcome(
    judgement: Judgement, state_of: Callable[[str], str | None]
) -> tuple[str, str | None, str]:
    if judgement.verdict is not Verdict.VALID or judgement.number is None:
        return judgement.verdict, None, _SAYS[judgement.verdict]
    try:
        state = state_of(judgement.number)
    except Unanswered:
        return _UNKNOWN, None, _UNKNOWN_SAYS
    if state == _VOIDED:
        return _VOIDED, state, _VOIDED_SAYS
    return Verdict.VALID, state, _SAYS[Verdict.VALID]


def _told(
    judgement: Judgement, verdict: str, state: str | None, says: str
) -> dict[str, str | int | None]:
    return {
        "verdict": str(verdict),
        "number": judgement.number,
        "verify_code": judgement.verify_code,
        "total_fen": judgement.total.fen if judgement.total else None,
        "signed_at": judgement.signed_at.isoformat() if judgement.signed_at else None,
        "state": state,
        "says": says,
    }
