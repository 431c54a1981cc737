"""The pages of docs/generated/ say what the code says today."""

from __future__ import annotations

import pytest

from shebao.cli.generated import FOLDER, REMEDY, on_file, pages_of
from shebao.cli.main import main
from shebao.store.packs.folder import packs_folder
from shebao.store.schema import written_out

NAMES = ["cli.md", "policies.md", "schema.sql", "settings.md", "states.md"]


@pytest.fixture
async def pages(db):
    async with db.reading() as tx:
        return pages_of(main, packs_folder(), await written_out(tx))


@pytest.mark.parametrize("name", NAMES)
async def test_the_page_is_what_the_code_says(pages, name):
    assert on_file(name) == pages[name], REMEDY


async def test_every_page_in_the_folder_is_made_by_the_code(pages):
    assert {path.name for path in FOLDER.iterdir()} == pages.keys() == {*NAMES}
