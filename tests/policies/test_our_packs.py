"""Every pack we ship is whole, sourced, reviewed, small, and agrees with its own examples."""

import tomllib
from datetime import date

import pytest

from shebao.core.policy.scheme import Confidence
from shebao.store.packs import checks
from shebao.store.packs.folder import load_packs, pack_folders, packs_folder, read_pack

FOLDERS = pack_folders(packs_folder())
SCHEMES = [
    path
    for folder in FOLDERS
    for path in sorted(folder.glob("*.toml"))
    if path.name != "region.toml"
]
CASES = [
    pytest.param(path, number, id=f"{path.parent.name}/{path.stem}: {example['says']}")
    for path in SCHEMES
    for number, example in enumerate(tomllib.loads(path.read_text())["example"])
]
LAST_LOOKED_AT = date(2026, 11, 21)
FIRST_REGIONS = ["110000", "320200", "320400", "330200"]


def named(path):
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def read():
    return {folder.name: read_pack(folder) for folder in FOLDERS}


@pytest.mark.parametrize(("path", "number"), CASES)
def test_an_example_comes_to_what_it_says(read, path, number):
    pack = read[path.parent.name]
    name = f"{path.parent.name}/{path.name}"
    file = pack.files[name]
    one = file.model_copy(update={"example": [file.example[number]]})
    assert checks.example_mistakes(name, one, pack.region) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_nothing_is_wrong_with_it(read, folder):
    assert read[folder.name].mistakes == ()


@pytest.mark.parametrize("code", FIRST_REGIONS)
def test_a_region_proves_itself_with_eight_examples_or_more(read, code):
    assert read[code].examples >= 8


@pytest.mark.parametrize("path", SCHEMES, ids=named)
def test_a_file_fits_in_one_reading(path):
    assert len(path.read_text().splitlines()) <= 150


@pytest.mark.parametrize("path", SCHEMES, ids=named)
def test_somebody_has_read_the_sources_lately(path):
    reviewed_on = tomllib.loads(path.read_text())["reviewed_on"]
    assert 0 <= (LAST_LOOKED_AT - reviewed_on).days < 400


@pytest.mark.parametrize("path", SCHEMES, ids=named)
def test_every_example_shows_its_arithmetic(path):
    assert all(example["shows"] for example in tomllib.loads(path.read_text())["example"])


def test_we_serve_the_first_four_regions_and_the_baseline_is_none():
    assert sorted(load_packs(packs_folder())) == FIRST_REGIONS


@pytest.mark.parametrize("code", FIRST_REGIONS)
def test_what_is_charged_has_a_source_and_is_confirmed(read, code):
    versions = [
        version
        for scheme in read[code].region.schemes.values()
        for version in scheme.versions
        if version.confirmed
    ]
    assert versions
    assert all(version.confidence is not Confidence.UNCONFIRMED for version in versions)
    assert all(version.source.title for version in versions)


@pytest.mark.parametrize("code", FIRST_REGIONS)
def test_everybody_can_be_told_whom_to_ask(read, code):
    region = read[code].region
    assert all(region.agency_for(scheme).phone for scheme in region.schemes.values())
