"""A command says of a paper and of its twin whether they are ours, unchanged and still good."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from shebao.cli.certificate import certificate
from shebao.config import read_config


@pytest.fixture
def asked(tmp_path):
    """Ask of a file, where nothing was ever kept."""

    def asked(content):
        file = tmp_path / "asked"
        file.write_bytes(content)
        config = read_config({"SHEBAO_HOME": str(tmp_path / "home")})
        return CliRunner().invoke(certificate, ["verify", str(file), "--json"], obj=config)

    return asked


@pytest.mark.parametrize(
    ("content", "verdict", "ends"),
    [
        (b"%PDF-1.7 nobody signed this", "no_signature", 1),
        (b'{"number": "20 receipts", "total_fen": 1}', "no_signature", 1),
        (json.dumps({"number": "Z11000026113000000001"}).encode(), "unknown", 3),
    ],
)
def test_what_it_says_of_a_file_where_there_are_no_books(asked, content, verdict, ends):
    answer = asked(content)
    assert (json.loads(answer.output)["verdict"], answer.exit_code) == (verdict, ends)
