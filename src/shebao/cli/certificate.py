"""Certificate commands: ask of a paper, or of its machine-readable twin, whether it is ours."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from shebao.app import now
from shebao.config import Config
from shebao.core.certificate import Certificate, CertificateState, region_of
from shebao.core.money import Money
from shebao.core.paper import thousands
from shebao.core.refusals import Unanswered
from shebao.gateways.documents.office import FILE_BYTES_MAX, Documents
from shebao.gateways.documents.seal import Verdict
from shebao.store import certificates
from shebao.store.checkup import speaking
from shebao.store.database import Database
from shebao.store.server.embedded import database_url, is_made

_DONE: Final = 0
_REFUSED: Final = 1
_UNANSWERED: Final = 3
_SAYS: Final = {
    "valid": "真证明。由本系统开具，内容没有改动，现在有效。",
    "revoked": "由本系统开具，但已经撤销，不能再使用。",
    "changed": "内容被改动过，或者文件已损坏。请向缴费人要原来的文件，或扫码查验。",
    "not_ours": "不是本系统开具的。请到证明上写的网址查验。",
    "no_signature": "没有电子签名，也不是证明的数据文件。请扫证明上的二维码查验。",
    "unknown": "没有连上数据库，不知道是否已经撤销。请稍后再查。",
}


@click.group(help="缴费证明：查验。")
def certificate() -> None:
    """Commands about certificates."""


@certificate.command(help="查验 FILE（证明的 PDF 或者 JSON）：有效、已撤销、改动过，还是别处来的。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def verify(config: Config, file: Path, *, as_json: bool) -> None:
    """Say what a file is: a paper by its signature, a twin by the digest the books keep."""
    with file.open("rb") as opened:
        content = opened.read(FILE_BYTES_MAX + 1)
    told = _told(config, content)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(told["says"])
        for fact in _facts_said(told):
            click.echo(fact)
    verdict = told["verdict"]
    ends = {"valid": _DONE, "unknown": _UNANSWERED}
    sys.exit(ends.get(verdict, _REFUSED))


def _told(config: Config, content: bytes) -> dict[str, Any]:
    number, digest, verdict = _read(config, content)
    kept: Certificate | None = None
    if verdict == "valid":
        try:
            kept = asyncio.run(_kept(config, number)) if _has_books(config) else None
        except Unanswered:
            verdict = "unknown"
        else:
            verdict = _standing(config, kept, digest)
    return {
        "verdict": verdict,
        "number": number or None,
        "total_fen": kept.amount.fen if kept else None,
        "first": str(kept.first) if kept else None,
        "last": str(kept.last) if kept else None,
        "digest": digest or None,
        "revoke_reason": kept.revoke_reason if kept and kept.revoke_reason else None,
        "says": _SAYS[verdict],
    }


def _read(config: Config, content: bytes) -> tuple[str, str, str]:
    """What a file claims to be: its number, the digest of its facts, and whether it is whole."""
    twin = _facts_of(content)
    if twin is not None:
        return str(twin["number"]), hashlib.sha256(content).hexdigest(), "valid"
    judgement = Documents(config.home / "documents", now).verify(content)
    number = judgement.number or ""
    if judgement.verdict is Verdict.VALID and not region_of(number):
        return number, "", "no_signature"  # A receipt: `receipt verify` is for it.
    return number, judgement.digest or "", str(judgement.verdict)


def _facts_of(content: bytes) -> Mapping[str, Any] | None:
    try:
        facts = json.loads(content)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) and region_of(str(facts.get("number", ""))) else None


def _standing(config: Config, kept: Certificate | None, digest: str) -> str:
    """What the books say of a number and of the facts that come with it."""
    if not _has_books(config):
        return "unknown"
    if kept is None:
        return "not_ours"
    if kept.digest.hex() != digest:
        return "changed"
    return "revoked" if kept.state is CertificateState.REVOKED else "valid"


def _has_books(config: Config) -> bool:
    return config.database_url is not None or is_made(config.home)


async def _kept(config: Config, number: str) -> Certificate | None:
    async with database_url(config) as url:
        db = Database(url, connections_max=2)
        try:
            with speaking():
                async with db.reading() as tx:
                    return await certificates.by_number(
                        tx, region_code=region_of(number), number=number
                    )
        finally:
            await db.close()


def _facts_said(told: Mapping[str, Any]) -> list[str]:
    if told["total_fen"] is None:
        return []
    between = f"{told['first']} 至 {told['last']}"
    amount = thousands(Money(told["total_fen"]))
    said = [f"证明编号 {told['number']}，所属期 {between}，合计 {amount} 元"]
    return said + ([f"撤销原因：{told['revoke_reason']}"] if told["revoke_reason"] else [])
