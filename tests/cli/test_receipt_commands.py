"""Receipt commands: the exit code alone tells a script what became of a receipt."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.receipt_papers import NOW, NUMBER, paper

from shebao.cli.receipt import ReceiptDesk, receipt
from shebao.core.refusals import Unanswered
from shebao.gateways.documents.office import Documents


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def signed(home):
    documents = Documents(home, lambda: NOW)
    return documents.sign(documents.render(paper()))


@pytest.fixture
def verify(home, tmp_path):
    def verify(pdf, state_of, *options):
        file = tmp_path / "receipt.pdf"
        file.write_bytes(pdf)
        desk = ReceiptDesk(lambda: Documents(home, lambda: NOW), state_of)
        return CliRunner().invoke(receipt, ["verify", str(file), *options], obj=desk)

    return verify


def silent(_number: str) -> str:
    raise Unanswered("database")


def issued(_number: str) -> str:
    return "issued"


def voided(_number: str) -> str:
    return "voided"


def test_a_valid_receipt_ends_with_zero_and_its_number(verify, signed):
    told = verify(signed, issued)

    assert told.exit_code == 0
    assert NUMBER in told.output
    assert "5,000.00 元" in told.output


def test_a_script_reads_the_same_as_json(verify, signed):
    told = json.loads(verify(signed, issued, "--json").output)

    assert (told["verdict"], told["number"], told["total_fen"]) == ("valid", NUMBER, 500000)
    assert told["state"] == "issued"


@pytest.mark.parametrize(
    ("state_of", "verdict", "exit_code"),
    [
        (issued, "valid", 0),
        (lambda _: None, "valid", 0),
        (voided, "voided", 1),
        (silent, "unknown", 3),
    ],
)
def test_what_the_database_knows_decides_over_a_good_signature(
    verify, signed, state_of, verdict, exit_code
):
    told = verify(signed, state_of, "--json")

    assert json.loads(told.output)["verdict"] == verdict
    assert told.exit_code == exit_code


@pytest.mark.parametrize(
    ("damage", "verdict"),
    [
        (lambda pdf: pdf.replace(b"%PDF-1.7", b"%PDF-1.6", 1), "changed"),
        (lambda pdf: pdf + b"\n", "changed"),
        (lambda _: b"%PDF-1.7", "no_signature"),
    ],
)
def test_anything_else_is_refused_with_one(verify, signed, damage, verdict):
    told = verify(damage(signed), issued, "--json")

    assert json.loads(told.output)["verdict"] == verdict
    assert told.exit_code == 1


def test_a_file_that_is_not_there_is_misuse(home):
    desk = ReceiptDesk(lambda: Documents(home, lambda: NOW), issued)

    assert CliRunner().invoke(receipt, ["verify", "/nowhere.pdf"], obj=desk).exit_code == 2
