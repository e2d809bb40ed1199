"""The laws about who may import whom (docs/decisions/0001). The floors stand in pyproject.toml."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src" / "platform_core"
CONTENT_LIBRARIES = {"yaml", "markdown_it", "nh3"}
"""What turning a vendor's text into content may use, and nothing else in the core."""


def imported(path: Path) -> Iterator[str]:
    """Top-level names of all that a file imports, at whatever depth."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).split(".")[0]


def test_floors_and_walls_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "path", sorted(CORE.rglob("*.py")), ids=lambda path: str(path.relative_to(CORE))
)
def test_the_core_is_pure(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"platform_core", "pydantic"}
    if "providers" in path.parts or path.name in {"content.py", "markup.py"}:
        allowed |= CONTENT_LIBRARIES
    assert set(imported(path)) <= allowed


LIGHT = """
import importlib, sys
importlib.import_module({module!r})
print(sorted({{"pydantic", "boto3", "aws_cdk", "yaml", "nh3", "markdown_it"}} & set(sys.modules)))
"""


def on_the_acknowledgement_path() -> list[str]:
    names = ["signature", "webhook", "batching", "events", "ordering", "errors", "contract"]
    names += [
        f"providers.{path.parent.name}.{path.stem}"
        for path in sorted((CORE / "providers").glob("*/*.py"))
        if path.stem in {"webhook", "manifest"}
    ]
    return [f"platform_core.{name}" for name in names]


@pytest.mark.parametrize("module", on_the_acknowledgement_path())
def test_the_acknowledgement_path_is_light(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT.format(module=module)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["validate", "acme"],
        ["list"],
        ["catalog", "providers"],
        ["cost", "acme"],
        ["cost", "--all"],
        ["recommend", "--need", "performance_critical", "--chart"],
    ],
    ids=" ".join,
)
def test_looking_loads_no_cloud(arguments: list[str]) -> None:
    """Law 4: starting, and every verb that only looks at files, loads neither CDK nor boto3."""
    code = (
        "import sys\nfrom platform_cli.__main__ import main\n"
        f"sys.argv = ['platform', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'aws_cdk', 'boto3', 'botocore', 'jsii'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
