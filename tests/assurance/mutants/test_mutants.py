"""Every known failure has a mutant or an exemption, and every mutant matches the current code."""

import ast
import builtins
from functools import cache

import pytest

from tests.assurance.mutants.__main__ import MUTANTS, ROOT
from tests.assurance.mutants.exempt import EXEMPT
from tests.assurance.mutants.mutant import Mutant


def test_every_known_failure_has_a_mutant_or_an_exemption() -> None:
    covered = {mutant.failure for mutant in MUTANTS}
    known = {*range(1, 72), *range(101, 123), *range(131, 139)}
    known |= {*range(141, 149), *range(151, 159), *range(161, 165)}
    assert covered | EXEMPT.keys() == known
    assert not covered & EXEMPT.keys()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.description)
def test_a_mutant_matches_the_code_and_names_existing_tests(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text()
    assert text.count(mutant.old) == 1
    compile(text.replace(mutant.old, mutant.new), mutant.file, "exec")
    for test in mutant.tests:
        assert (ROOT / test.partition("::")[0]).is_file()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.description)
def test_a_mutant_uses_names_that_exist(mutant: Mutant) -> None:
    """A mutant with a wrong name dies of the name, whatever the tests check."""
    text = (ROOT / mutant.file).read_text()
    before, after = ast.parse(text), ast.parse(text.replace(mutant.old, mutant.new))
    assert attributes_in(after) - attributes_in(before) <= known_attributes()
    assert names_in(after) <= names_in(before) | names_bound_in(after) | set(dir(builtins))


def test_a_wrong_name_in_a_mutant_is_noticed() -> None:
    assert attributes_in(ast.parse("self.postpone(state)")) - known_attributes() == {"postpone"}
    tree = ast.parse("def f(a): b = a; return c")
    assert names_in(tree) - names_bound_in(tree) == {"c"}


@cache
def known_attributes() -> set[str]:
    """Return the names that the code defines or uses as attributes."""
    files = [file for name in ("src", "lambdas") for file in (ROOT / name).rglob("*.py")]
    trees = [ast.parse(file.read_text()) for file in files]
    return set().union(*(attributes_in(tree) | names_bound_in(tree) for tree in trees))


def attributes_in(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def names_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def names_bound_in(tree: ast.AST) -> set[str]:
    """Return the names of functions, classes, parameters, variables and imports."""
    names = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias():
                names.add((node.asname or node.name).partition(".")[0])
            case ast.ExceptHandler(name=str(name)):
                names.add(name)
    return names
