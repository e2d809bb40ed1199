"""Law 11: state is typed and shared (docs/decisions/0001)."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum

import pytest

from platform_core.contract import env, objects, status, tables
from tests.architecture.sources import ROOT, SOURCES, functions, name, parse

CONTRACT = ROOT / "src" / "platform_core" / "contract"
PUBLISHER = ROOT / "lambdas" / "publisher" / "publisher.py"
"""A program of its own: it runs in a build, without the package that holds the contract."""

STATUSES = {
    str(member)
    for kind in vars(status).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum)
    for member in kind
}
STATUS_FIELDS = {"status", "state", "outcome", "is_now"}


# --- statuses ------------------------------------------------------------------------------------


def texts(node: ast.AST | None) -> set[str]:
    """Return the texts that stand below a node."""
    below = ast.walk(node) if node else ()
    return {str(found.value) for found in below if isinstance(found, ast.Constant)}


def field_name(node: ast.expr | None) -> str:
    """Return the last name of `row.status`, `status` and `row["status"]`."""
    match node:
        case ast.Attribute(attr=field) | ast.Name(id=field):
            return field
        case ast.Subscript(slice=ast.Constant(value=str(field))) | ast.Constant(value=str(field)):
            return field
        case _:
            return ""


def status_texts(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that compare a status with a text, or set it to one."""
    for node in ast.walk(tree):
        pairs: list[tuple[str, ast.expr | None]] = []
        match node:
            case ast.Compare(left=left, comparators=[right, *_]):
                pairs = [(field_name(left), right), (field_name(right), left)]
            case ast.keyword(arg=str(field), value=value):
                pairs = [(field, value)]
            case ast.Dict(keys=keys, values=values):
                pairs = [(field_name(key), value) for key, value in zip(keys, values, strict=True)]
        if any(field in STATUS_FIELDS and texts(value) & STATUSES for field, value in pairs):
            yield getattr(node, "lineno", 0)


def test_a_status_is_a_member_of_an_enum() -> None:
    spelled = [
        f"{name(path)}:{line}"
        for path in SOURCES
        if "/providers/" not in path.as_posix()  # the statuses of vendors are theirs
        for line in status_texts(parse(path))
    ]
    assert spelled == []


@pytest.mark.parametrize(
    "code",
    [
        "site.state == 'building'",
        "'failed' != row['status']",
        "status in {'failed', 'held'}",
        "save(status='failed')",
        "{'status': 'failed'}",
    ],
)
def test_every_way_to_spell_a_status_is_seen(code: str) -> None:
    assert list(status_texts(ast.parse(code))) == [1]


# --- rows ----------------------------------------------------------------------------------------


def test_a_codec_of_rows_stands_in_the_core() -> None:
    """The functions and the command line both read rows, so neither has a codec of its own."""
    elsewhere = [
        f"{name(path)}:{function.name}"
        for path in SOURCES
        if "/platform_core/" not in path.as_posix()
        for function in functions(path)
        if re.fullmatch(r"_?(to|from|new)_row", function.name)
    ]
    assert elsewhere == []


def test_the_command_line_reads_no_field_of_a_row() -> None:
    """It reads the attributes of a record, whose codec knows the fields."""
    rooms = {ROOT / "src" / "platform_cli" / room for room in ("api", "operations", "targets")}
    field = re.compile(r"""\brow(\[|\.get\()["']""")
    reading = [
        name(path) for path in SOURCES if rooms & {*path.parents} and field.search(path.read_text())
    ]
    assert reading == []


# --- actions -------------------------------------------------------------------------------------


def test_actions_are_values() -> None:
    """Only the codec of the actions knows how a message spells them."""
    spelling = {name(path) for path in SOURCES if re.search(r"\bACTION_[A-Z]+\b", path.read_text())}
    assert spelling == {
        "src/platform_core/contract/actions.py",
        "src/platform_core/pipeline/actions.py",
    }


def test_no_message_is_spelled_as_a_dictionary() -> None:
    spelled = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if field_name(key) == "action" and isinstance(value, ast.Constant)
    ]
    assert spelled == []


# --- names ---------------------------------------------------------------------------------------


def shared_names() -> set[str]:
    """Return the shared names that no other text can equal by chance: variables, indexes, keys."""
    values = {
        str(value)
        for module in (env, objects, tables)
        for constant, value in vars(module).items()
        if constant.isupper()
    }
    return {value for value in values if re.search(r"[a-z]Index$|^[A-Z]+_[A-Z_]+$|/", value)}


def test_a_shared_name_is_spelled_in_the_contract_only() -> None:
    names = shared_names()
    assert {"INBOX_TABLE", "PendingIndex", "snapshots/"} <= names
    spelled = [
        f"{name(path)}:{node.lineno} {node.value}"
        for path in SOURCES
        if path.parent != PUBLISHER.parent and CONTRACT not in path.parents
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert spelled == []
