"""My data (我的数据): everything kept about somebody, in one file for themselves to keep."""

from __future__ import annotations

from shebao.operations.export_history import export_history
from shebao.web.answers import Answer, Download, Page
from shebao.web.pages.family.packing import file_name, packed
from shebao.web.visit import Visit


async def show(_visit: Visit) -> Answer:
    """What the file holds, and the way to it."""
    return Page("family/my-data.html", {})


async def download(visit: Visit) -> Answer:
    """The file."""
    session = visit.signed_in
    history = await export_history(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    return Download(packed(visit.region, history), "application/zip", file_name(history))
