"""`shebao policy` explains an amount, checks a pack, compares versions, and ends with its code."""

import json

import pytest
from click.testing import CliRunner
from tests.policies.fifth_region import FILES, write_fifth_region

from shebao.cli.policy import policy


def run(*arguments):
    return CliRunner().invoke(policy, [str(argument) for argument in arguments])


def told(*arguments):
    return json.loads(run(*arguments, "--json").stdout)


def test_explain_prints_the_contract_and_nothing_else():
    found = told("explain", "110000", "resident_pension", "2025", "--amount", "4000")
    assert found == {
        "personal_fen": 400000,
        "government_fen": 0,
        "subsidy_fen": 12000,
        "fiscal_fen": 0,
        "version": "110000/resident_pension@2025-01-01",
        "source": found["source"],
        "confidence": "S",
        "arithmetic": found["arithmetic"],
    }
    assert "京人社居发〔2009〕191号" in found["source"]
    assert any("120.00 元" in line for line in found["arithmetic"])


@pytest.mark.parametrize(
    ("arguments", "fen"),
    [
        ("330200 resident_pension 2024 --tier 5000", (500000, 0, 0)),
        ("330200 resident_pension 2024 --identity 低保", (0, 30000, 0)),
        ("330200 resident_pension 2024 --identity low_edge --tier 200", (0, 20000, 0)),
        ("320400 resident_medical 2024 --category 非从业居民", (93000, 0, 0)),
        ("320400 resident_medical 2024 --category non_working --district 溧阳", (73000, 0, 0)),
        ("320400 resident_medical 2024 --category 非从业 --district 320413", (73000, 0, 0)),
        ("110000 resident_medical 2025 --born 1974-12-31 --sex F", (43000, 0, 435000)),
        ("110000 flexible_medical 2024-07", (57632, 0, 0)),
        ("320200 flexible_pension 2023-02 --base 4494 --as-of 2023-02-10", (89880, 0, 0)),
        ("320200 flexible_medical 2023-02 --base 4494", (40446, 0, 0)),
    ],
)
def test_explain_takes_ids_and_names_dates_and_choices(arguments, fen):
    found = told("explain", *arguments.split())
    assert (found["personal_fen"], found["government_fen"], found["fiscal_fen"]) == fen


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("110000 resident_pension 2025 --amount 999", "amount_out_of_range"),
        ("110000 resident_pension 2025 --amount 1999.995", "amount_not_whole"),
        ("110000 resident_pension 2025", "choice_needed"),
        ("330200 resident_pension 2024 --tier 800", "tier_not_offered"),
        ("330200 resident_pension 2024 --tier 200", "tier_reserved"),
        ("330200 resident_pension 2024-07 --tier 300", "period_mismatch"),
        ("320400 resident_medical 2024 --category 非从业 --district 火星", "district_unknown"),
        ("320400 resident_medical 2025 --category 非从业", "policy_unconfirmed"),
        ("320400 resident_medical 2024", "category_unknown"),
        ("330200 resident_pension 2024 --tier 300 --identity 神仙", "identity_unknown"),
        ("330200 nothing 2024", "scheme_not_offered"),
        ("999999 resident_pension 2024", "region_not_served"),
    ],
)
def test_a_refusal_is_told_as_json_and_ends_with_one(arguments, code):
    found = run("explain", *arguments.split(), "--json")
    assert found.exit_code == 1
    answer = json.loads(found.stdout)
    assert (sorted(answer), answer["refused"]) == (["do", "refused", "says"], code)


@pytest.mark.parametrize(
    "arguments",
    [
        "110000 resident_pension 20x --amount 4000",
        "110000 resident_pension",
        "110000 resident_pension 2025 --amount 4000 --tier 5000",
        "110000 resident_pension 2025 --amount 4000 --born yesterday",
        "110000 resident_pension 2025 --amount 4000 --sex X",
    ],
)
def test_misuse_ends_with_two(arguments):
    assert run("explain", *arguments.split()).exit_code == 2


def test_people_get_a_table_with_the_source_and_the_arithmetic():
    found = run("explain", "320200", "flexible_pension", "2023-02", "--base", "4494")
    assert found.exit_code == 0
    assert "898.80 元" in found.stdout
    assert "4,494.00 元 × 20%" in found.stdout
    assert "dydkgs.com.cn" in found.stdout


def test_check_is_green_for_our_packs():
    found = run("check")
    assert found.exit_code == 0
    assert "330200 宁波市" in found.stdout


def test_check_names_every_mistake_and_ends_with_one(tmp_path):
    home = write_fifth_region(tmp_path)
    text = FILES["resident_pension.toml"]
    spoilt = text.replace('amount = "500"', 'amount = "5OO"').replace('pays = "200"', "pays = 200")
    (home / "resident_pension.toml").write_text(spoilt, encoding="utf-8")
    found = run("check", home)
    assert found.exit_code == 1
    assert 'version[1].tiers.offers[2].amount = "5OO"' in found.stdout
    assert "version[1].tiers.aids[1].pays = 200" in found.stdout
    assert "共 2 处要改" in found.stdout


def test_check_tells_a_program_file_path_and_value(tmp_path):
    home = write_fifth_region(tmp_path)
    spoilt = FILES["resident_pension.toml"].replace('amount = "500"', 'amount = "5OO"')
    (home / "resident_pension.toml").write_text(spoilt, encoding="utf-8")
    found = run("check", home, "--json")
    assert found.exit_code == 1
    (mistake,) = json.loads(found.stdout)["mistakes"]
    assert (mistake["file"], mistake["value"]) == ("990100/resident_pension.toml", '"5OO"')


def test_packs_may_be_in_another_folder(tmp_path):
    write_fifth_region(tmp_path)
    arguments = ("990100", "resident_pension", "2024", "--tier", "1000")
    found = told("explain", *arguments, "--policies", tmp_path)
    assert (found["personal_fen"], found["subsidy_fen"]) == (100000, 10000)


def test_the_environment_says_where_the_packs_are(tmp_path):
    write_fifth_region(tmp_path)
    found = CliRunner(env={"SHEBAO_POLICIES": str(tmp_path)}).invoke(policy, ["check"])
    assert found.stdout == "990100 示例市：4 个险种，9 个例子，都算对了\n"


def test_a_broken_pack_explains_nothing(tmp_path):
    home = write_fifth_region(tmp_path)
    (home / "resident_pension.toml").write_text("scheme = [", encoding="utf-8")
    arguments = ("990100", "resident_pension", "2024", "--tier", "1000")
    found = run("explain", *arguments, "--policies", tmp_path, "--json")
    assert (found.exit_code, json.loads(found.stdout)["refused"]) == (1, "pack_broken")


@pytest.mark.parametrize(
    ("before", "after"), [("2023", "2024"), ("2023-06-01", "2024-02-06"), ("2020-01-01", "2024")]
)
def test_diff_says_what_changes_between_two_days_or_versions(before, after):
    found = told("diff", "330200", "resident_pension", before, after)
    lines = {each["what"]: (each["before"], each["after"]) for each in found["changes"]}
    assert lines["档次 800.00 元"] == ("补贴未查到", None)
    assert lines["档次 7,000.00 元"] == (None, "补贴未查到")
    assert "档次 300.00 元" not in lines


def test_diff_is_a_table_for_people():
    found = run("diff", "110000", "flexible_pension", "2023-07", "2024-07")
    assert found.exit_code == 0
    assert "6,326.00" in found.stdout
    assert "6,821.00" in found.stdout
