"""Flips: the mistakes that can be made in a module, and the module with a switch at each of them.

A switch asks ``__mutant__(number)`` at run time and makes its mistake only if that mutant is the
one alive. So a module is compiled once, and every test says by itself which mistakes it meets.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import Final

SWITCH: Final = "__mutant__"
_OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SIGNS: Final[dict[type[ast.operator], type[ast.operator]]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
_SAID: Final = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Add: "+",
    ast.Sub: "-", ast.And: "and", ast.Or: "or",
}  # fmt: skip
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: where, and what. The name stays when lines move."""

    number: int
    file: str
    line: int
    name: str
    step: tuple[int, ...] = ()  # Of a step left out of a table: its place in the table.


class Flipper(ast.NodeTransformer):
    """Puts a switch at everything in a module that can be flipped, and lists the mutants."""

    def __init__(self, file: str, first: int) -> None:
        self.mutants: list[Mutant] = []
        self._file = file
        self._next = first
        self._within: list[str] = []
        self._named: Counter[str] = Counter()

    def flipped(self, source: str) -> ast.Module:
        """The module with its switches."""
        tree = ast.parse(source)
        self._steps(tree)
        switched: ast.Module = self.visit(tree)
        return ast.fix_missing_locations(switched)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Go into the methods; fields and decorators are made once, at import."""
        self._within.append(node.name)
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        node.body = [self.visit(one) if isinstance(one, functions) else one for one in node.body]
        self._within.pop()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Go into the body, and leave decorators, defaults and annotations alone."""
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Go into the body, and leave decorators, defaults and annotations alone."""
        return self._function(node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        """Leave our own questions alone: they are tests too."""
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Go into the value."""
        if self._within and node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Go into the value, inside functions."""
        if self._within:
            node.value = self.visit(node.value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Turn each comparison round, or move it by one."""
        said = ast.unparse(node)
        switched = self._children(node)
        for place, op in enumerate(node.ops):
            if type(op) in _OPPOSITE:
                wrong = ast.parse(said, mode="eval").body
                assert isinstance(wrong, ast.Compare)
                wrong.ops[place] = _OPPOSITE[type(op)]()
                what = f"{_SAID[type(op)]} → {_SAID[_OPPOSITE[type(op)]]}"
                switched = self._switch(said, node, what, wrong, switched)
        return switched

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """And for or."""
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        what = f"{_SAID[type(node.op)]} → {_SAID[type(other)]}"
        said, wrong = ast.unparse(node), ast.BoolOp(other, [_copy(value) for value in node.values])
        return self._switch(said, node, what, wrong, self._children(node))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Plus for minus."""
        if type(node.op) not in _SIGNS:
            return self._children(node)
        other = _SIGNS[type(node.op)]
        said, wrong = ast.unparse(node), ast.BinOp(_copy(node.left), other(), _copy(node.right))
        what = f"{_SAID[type(node.op)]} → {_SAID[other]}"
        return self._switch(said, node, what, wrong, self._children(node))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Without not, without minus."""
        if not isinstance(node.op, ast.Not | ast.USub) or isinstance(node.operand, ast.Constant):
            return self._children(node)
        what = "without not" if isinstance(node.op, ast.Not) else "without minus"
        said, wrong = ast.unparse(node), _copy(node.operand)
        return self._switch(said, node, what, wrong, self._children(node))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """True for false."""
        if not isinstance(node.value, bool):
            return node
        what = f"{node.value} → {not node.value}"
        return self._switch(str(node.value), node, what, ast.Constant(not node.value), node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        """Give nothing back."""
        if node.value is None or isinstance(node.value, ast.Constant):
            return self._children(node)
        said, value = ast.unparse(node.value), self.visit(node.value)
        node.value = self._switch(said, node, "return nothing", ast.Constant(None), value)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        """Take the other way."""
        node.test = self._condition(node.test)
        node.body = [self.visit(one) for one in node.body]
        node.orelse = [self.visit(one) for one in node.orelse]
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        """Go into the body; a loop that never ends says nothing."""
        node.body = [self.visit(one) for one in node.body]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """Take the other value."""
        node.test = self._condition(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """Take those that should be left out."""
        node.iter = self.visit(node.iter)
        node.ifs = [self._condition(one) for one in node.ifs]
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        """Leave defaults alone."""
        return node

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self._within.append(node.name)
        node.body = [self.visit(one) for one in node.body]
        self._within.pop()
        return node

    def _condition(self, node: ast.expr) -> ast.expr:
        """A condition that is no comparison is turned round as a whole."""
        if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
            found: ast.expr = self.visit(node)
            return found
        said, wrong = ast.unparse(node), ast.UnaryOp(ast.Not(), _copy(node))
        return self._switch(said, node, "with not", wrong, self._children(node))

    def _children(self, node: ast.AST) -> ast.expr:
        found = self.generic_visit(node)
        assert isinstance(found, ast.expr | ast.stmt)
        return found  # type: ignore[return-value]

    def _switch(
        self, said: str, at: ast.AST, what: str, wrong: ast.expr, right: ast.AST
    ) -> ast.expr:
        """What is right and what is wrong, and the switch between them."""
        number = self._add(at, f"{what} in `{' '.join(said.split())[:_SHOWN]}`")
        asked = ast.Call(ast.Name(SWITCH, ast.Load()), [ast.Constant(number)], [])
        assert isinstance(right, ast.expr)
        return ast.IfExp(asked, wrong, right)

    def _add(self, at: ast.AST, what: str, step: tuple[int, ...] = ()) -> int:
        name = f"{'.'.join(self._within) or 'module'}: {what}"
        self._named[name] += 1
        if self._named[name] > 1:
            name += f" #{self._named[name]}"
        number, self._next = self._next, self._next + 1
        self.mutants.append(Mutant(number, self._file, getattr(at, "lineno", 0), name, step))
        return number

    def _steps(self, tree: ast.Module) -> None:
        """Every step of the module's table may be left out."""
        for node in tree.body:
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "STEPS":
                assert isinstance(node.value, ast.Call)
                table = node.value.args[1]
                assert isinstance(table, ast.Dict)
                for place, key in enumerate(table.keys):
                    assert key is not None
                    self._add(key, f"without step {ast.unparse(key)}", (place,))


def _copy(node: ast.expr) -> ast.expr:
    """The same without any switches."""
    return ast.parse(ast.unparse(node), mode="eval").body
