"""Desk: what the receipt commands work with, made from the configuration."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from shebao.app import now
from shebao.cli.receipt import ReceiptDesk
from shebao.config import Config
from shebao.core.certificate import region_of
from shebao.gateways.documents.office import Documents
from shebao.store import certificates, receipts
from shebao.store.checkup import speaking
from shebao.store.database import Database, Tx
from shebao.store.server.embedded import database_url, is_made

_REGION_LETTERS: Final = 6  # A receipt's number begins with its region.


def receipt_desk(config: Config) -> ReceiptDesk:
    """The desk of this installation."""
    return ReceiptDesk(
        partial(Documents, config.home / "documents", now), partial(_state_of, config)
    )


def _state_of(config: Config, number: str) -> str | None:
    if config.database_url is None and not is_made(config.home):
        return None  # Nothing was ever kept here: the signature alone must do.
    return asyncio.run(_asked(config, number))


async def _asked(config: Config, number: str) -> str | None:
    async with database_url(config) as url:
        db = Database(url, connections_max=2)
        try:
            with speaking():
                async with db.reading() as tx:
                    if region_of(number):
                        return await _certificate(tx, number)
                    region_code = number[:_REGION_LETTERS]
                    return await receipts.state_of(tx, region_code=region_code, number=number)
        finally:
            await db.close()


async def _certificate(tx: Tx, number: str) -> str | None:
    found = await certificates.by_number(tx, region_code=region_of(number), number=number)
    return None if found is None else found.state
