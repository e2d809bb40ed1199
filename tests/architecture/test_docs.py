"""The glossary and the architecture page agree with the code."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
LAWS = ARCHITECTURE.partition("## Laws and their tests")[2]
PACKAGES = {"core": "platform_core", "cli": "platform_cli"}
PLACES = (
    "",
    "src/platform_core/",
    "src/platform_cli/",
    "src/platform_cli/blueprint/parts/",
    "src/platform_core/providers/",
)
"""Folders that paths on the architecture page may be relative to."""

TYPES = re.findall(r"`((?:core|cli)\.[\w.]+)`", GLOSSARY)
PATHS = sorted(
    {
        re.sub(r"<\w+>", "*", path)
        for path in re.findall(r"`([\w<>./-]*(?:/|\.py|\.yaml))`", ARCHITECTURE)
    }
)
CONSTANTS = sorted(set(re.findall(r"`([A-Z]+_[A-Z_]+)`", ARCHITECTURE)))
SYMBOLS = sorted(
    {
        symbol
        for line in ARCHITECTURE.splitlines()
        if line.startswith("|")
        for symbol in re.findall(r"`([A-Z][a-z]\w+|\w+_\w+|decide|changed)`", line)
        if not symbol.isupper() and not symbol.startswith("test_")
    }
)


@pytest.mark.parametrize("name", TYPES)
def test_a_type_of_the_glossary_exists(name: str) -> None:
    package, _, rest = name.partition(".")
    full = f"{PACKAGES[package]}.{rest}"
    module, _, member = full.rpartition(".")
    assert hasattr(importlib.import_module(module), member) or importlib.import_module(full)


@pytest.mark.parametrize("path", PATHS)
def test_a_path_of_the_architecture_page_exists(path: str) -> None:
    assert any(any(ROOT.glob(f"{place}{path}")) for place in PLACES)


def _definitions() -> str:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "lambdas").rglob("*.py")]
    return "\n".join(path.read_text() for path in sources)


def test_every_name_of_the_architecture_page_is_defined() -> None:
    code = _definitions()
    undefined = [
        name
        for name in (*CONSTANTS, *SYMBOLS)
        if not re.search(rf"^\s*(?:class |def )?{name}\b[^\n]*[:=(]", code, re.MULTILINE)
    ]
    assert undefined == []


def test_every_law_has_a_row() -> None:
    decision = (ROOT / "docs" / "decisions" / "0001-the-house.md").read_text()
    laws = re.findall(r"^(\d+)\. ", decision, re.MULTILINE)
    rows = re.findall(r"^\| (\d+)\. ", LAWS, re.MULTILINE)
    assert rows == laws


def test_every_test_of_a_law_exists() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests" / "architecture").glob("*.py"))
    named = re.findall(r"`(test_\w+)`", LAWS)
    assert [name for name in named if f"def {name}(" not in tests] == []


def test_every_import_contract_belongs_to_a_law() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    in_table = re.findall(r"(?<!\*)\*([^*|]+)\*", LAWS.partition("|---|")[2])
    assert set(in_table) == {contract["name"] for contract in settings["contracts"]}


def test_a_word_of_the_glossary_has_one_meaning() -> None:
    words = re.findall(r"^\| ([a-z][a-z -]*) \|", GLOSSARY, re.MULTILINE)
    words = [word for word in words if word != "word"]
    assert len(words) == len(set(words)) >= 35
