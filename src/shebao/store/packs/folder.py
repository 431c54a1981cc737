"""Packs (政策包): the folders that say what each region's people owe, read whole or not at all.

A folder holds region.toml and one file a scheme. The folder `cn` is the baseline: what it says
of words, agencies and special identities holds wherever a region says nothing else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from shebao.core.policy.region import Region
from shebao.core.policy.scheme import Scheme
from shebao.store.packs import build, checks, region_schema, schema
from shebao.store.packs.benefit_schema import load_benefits
from shebao.store.packs.mistakes import Mistake, PackBroken, mistakes_in
from shebao.store.packs.region_schema import RegionFile
from shebao.store.packs.schema import SchemeFile
from shebao.store.packs.values import Model

BASELINE: Final = "cn"
REGION_FILE: Final = "region.toml"
_NAMES: Final = frozenset(
    name
    for module in (schema, region_schema)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, BaseModel)
    for name in each.model_fields
)
File = TypeVar("File", bound=Model)


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder: the region it makes, its files as written, and what is wrong with them."""

    region: Region | None
    files: Mapping[str, SchemeFile]
    mistakes: tuple[Mistake, ...]

    @property
    def examples(self) -> int:
        """How many worked examples prove it."""
        return sum(len(file.example) for file in self.files.values())


def packs_folder(given: Path | None = None) -> Path:
    """Where the packs are: as given, or policies/ above this file."""
    if given is not None:
        return given
    for folder in Path(__file__).resolve().parents:
        if (folder / "policies").is_dir():
            return folder / "policies"
    raise FileNotFoundError("policies/ (set SHEBAO_POLICIES to the folder of the policy packs)")


def load_packs(folder: Path) -> Mapping[str, Region]:
    """Every region of a folder, by code; PackBroken with all mistakes if there is one."""
    packs = {path.name: read_pack(path) for path in pack_folders(folder)}
    mistakes = tuple(mistake for pack in packs.values() for mistake in pack.mistakes)
    if mistakes:
        raise PackBroken(mistakes)
    return {
        code: pack.region
        for code, pack in packs.items()
        if pack.region is not None and code != BASELINE
    }


def load_region(folder: Path) -> Region:
    """One region, from its own folder; PackBroken with all mistakes if there is one."""
    pack = read_pack(folder)
    if pack.mistakes or pack.region is None:
        raise PackBroken(pack.mistakes)
    return pack.region


def pack_folders(folder: Path) -> list[Path]:
    """The packs in a folder; the folder itself, if it is one."""
    if (folder / REGION_FILE).is_file():
        return [folder]
    return sorted({path.parent for path in folder.glob("*/*.toml")})


def read_pack(folder: Path) -> Pack:
    """Read one folder and find everything that is wrong with it."""
    mistakes: list[Mistake] = []
    home = _read(folder / REGION_FILE, RegionFile, mistakes)
    files = {
        f"{folder.name}/{path.name}": file
        for path in sorted(folder.glob("*.toml"))
        if path.name != REGION_FILE and (file := _read(path, SchemeFile, mistakes)) is not None
    }
    if home is None:
        return Pack(None, files, tuple(mistakes))
    baseline = _baseline(folder)
    benefits = load_benefits(folder.parent / BASELINE)
    schemes: list[Scheme] = [
        build.scheme(file, home, baseline, benefits) for file in files.values()
    ]
    region = build.region(home, baseline, schemes)
    mistakes += checks.region_mistakes(f"{folder.name}/{REGION_FILE}", home, folder=folder.name)
    for name, file in files.items():
        unfit = checks.scheme_mistakes(name, file, region)
        mistakes += unfit or checks.example_mistakes(name, file, region)
    pack = Pack(region, files, tuple(mistakes))
    return pack if mistakes or folder.name == BASELINE else _enough(pack, folder.name)


def _enough(pack: Pack, name: str) -> Pack:
    if pack.examples >= checks.EXAMPLES_FEWEST:
        return pack
    says = f"至少要有 {checks.EXAMPLES_FEWEST} 个例子"
    return Pack(pack.region, pack.files, (Mistake(name, "example", str(pack.examples), says),))


def _baseline(folder: Path) -> RegionFile | None:
    path = folder.parent / BASELINE / REGION_FILE
    if folder.name == BASELINE or not path.is_file():
        return None
    return _read(path, RegionFile, [])  # Its own mistakes are told where it is checked.


def _read(path: Path, shape: type[File], mistakes: list[Mistake]) -> File | None:
    name = f"{path.parent.name}/{path.name}"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return shape.model_validate(tables)
    except ValidationError as error:
        mistakes += mistakes_in(name, error, _NAMES)
    except tomllib.TOMLDecodeError as error:
        mistakes.append(Mistake(name, "", "", f"不是合格的 TOML：{error}"))
    except UnicodeDecodeError:
        mistakes.append(Mistake(name, "", "", "不是 UTF-8 编码"))
    except FileNotFoundError:
        mistakes.append(Mistake(name, "", "", "没有这个文件"))
    return None
