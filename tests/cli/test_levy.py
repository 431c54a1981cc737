"""`shebao levy` bills a whole scheme, says what it would come to, and refuses with a reason."""

import json

import pytest
from tests.cli.programs import run

from shebao.cli.answers import DONE, REFUSED


@pytest.fixture
def shebao(tmp_path, fresh_database, outside):
    """The command line of an installation with an empty database."""
    settings = {
        "home": tmp_path,
        "database_url": fresh_database,
        "credentials": outside.credentials,
        "sandbox_url": outside.url,
        "rehearsal": "320400=2023-11-05",
    }

    def said(*arguments):
        return run(*arguments, **settings)

    assert said("migrate").exit_code == DONE
    return said


MEDICAL = ("--region", "320400", "--scheme", "resident_medical", "--period", "2024")


def test_a_scheme_nobody_belongs_to_is_billed_at_once(shebao):
    ran = shebao("levy", "run", *MEDICAL, "--json")
    assert ran.exit_code == DONE
    told = json.loads(ran.stdout)
    assert (told["people"], told["billed"], told["unbilled"]) == (0, 0, {})


def test_what_a_levy_would_come_to_is_told_without_beginning_it(shebao):
    assert shebao("levy", "run", *MEDICAL, "--dry-run").exit_code == DONE
    assert json.loads(shebao("levy", "list", "--region", "320400", "--json").stdout) == []


def test_past_levies_are_listed(shebao):
    assert shebao("levy", "run", *MEDICAL).exit_code == DONE
    [levy] = json.loads(shebao("levy", "list", "--region", "320400", "--json").stdout)
    assert (levy["scheme"], levy["period"], levy["state"]) == ("resident_medical", "2024", "done")
    assert "resident_medical" in shebao("levy", "list", "--region", "320400").stdout


@pytest.mark.parametrize(("period", "code"), [("2025", "not_open_yet"), ("2022", "window_closed")])
def test_a_levy_out_of_season_is_refused_with_a_reason(shebao, period, code):
    ran = shebao("levy", "run", *MEDICAL[:-1], period, "--json")
    assert ran.exit_code == REFUSED
    assert json.loads(ran.stdout)["refused"] == code
