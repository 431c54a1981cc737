"""Switchboard: loads the money path with its switches, and throws one of them at a time."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Final

from mutants.flips import SWITCH, Flipper, Mutant

SOURCES: Final = Path(__file__).parents[1] / "src/shebao"
PATH: Final = (
    *(
        f"core/{name}.py"
        for name in ("bill", "order", "attempt", "payment", "collection", "refund")
    ),
    *(
        f"operations/{name}.py"
        for name in ("open_order", "pay", "collect", "expire", "close_attempt", "inquire", "refund")
    ),
)


class Switchboard(MetaPathFinder):
    """Knows every mutant, which of them is alive, and which have been met."""

    def __init__(self) -> None:
        self.mutants: list[Mutant] = []
        self.met: set[int] = set()
        self._alive = 0
        self._code = {}
        for file in PATH:
            flipper = Flipper(file, len(self.mutants) + 1)
            tree = flipper.flipped((SOURCES / file).read_text("utf-8"))
            self._code[_module(file)] = compile(tree, str(SOURCES / file), "exec")
            self.mutants += flipper.mutants

    def install(self) -> None:
        """Have the modules loaded from here. They must not have been loaded yet."""
        assert not self._code.keys() & sys.modules.keys()
        setattr(builtins, SWITCH, self._ask)
        sys.meta_path.insert(0, self)

    @contextmanager
    def alive(self, mutant: Mutant) -> Iterator[None]:
        """Let one mutant live for as long as the block lasts."""
        if mutant.step:
            with _without(_module(mutant.file), mutant.step[0]):
                yield
            return
        self._alive = mutant.number
        try:
            yield
        finally:
            self._alive = 0

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module of the money path, for Python's import."""
        if fullname not in self._code:
            return None
        spec = ModuleSpec(fullname, _Loader(self._code[fullname]), origin=_file(fullname))
        spec.has_location = True
        return spec

    def _ask(self, number: int) -> bool:
        self.met.add(number)
        return number == self._alive


class _Loader(Loader):
    def __init__(self, code: object) -> None:
        self._code = code

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # type: ignore[arg-type]


@contextmanager
def _without(module: str, place: int) -> Iterator[None]:
    """A table of steps without one of them."""
    steps = importlib.import_module(module).STEPS
    whole = steps.table
    left_out = list(whole)[place]
    steps.table = MappingProxyType({key: to for key, to in whole.items() if key != left_out})
    try:
        yield
    finally:
        steps.table = whole


def _module(file: str) -> str:
    return f"shebao.{file.removesuffix('.py').replace('/', '.')}"


def _file(module: str) -> str:
    parts = module.split(".")[1:]
    return str(SOURCES.joinpath(*parts).with_suffix(".py"))
