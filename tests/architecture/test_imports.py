"""The laws about who may import whom (docs/decisions/0001). The floors stand in pyproject.toml."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SOURCES, imported_modules, name, parse

CORE = ROOT / "src" / "platform_core"
BOTO3_ROOMS = (
    "src/platform_cli/targets/",
    "src/platform_cli/deploy/",
    "src/platform_cli/operations/",
    "src/platform_cli/local/",
    "lambdas/runtime/",
    # A program of its own: it runs in the build, without this repository.
    "lambdas/publisher/",
)
CONTENT_LIBRARIES = {"anyascii", "yaml", "markdown_it", "nh3"}
"""Libraries that turn a vendor's text into content."""
PROVIDER_FILES_WITH_YAML = {"providers/_git/files/front_matter.py", "providers/decap/editor.py"}
"""Provider modules besides `content.py` that read or write front matter and configuration."""
FORMER_PATHS = {
    "platform_core.markup",
    "platform_core.signature",
    "platform_core.webhook",
    "platform_core.providers.reading",
}
"""Import paths that are kept for the providers of third parties."""
CLOUD_WALLS = {
    "aws_cdk": ("src/platform_cli/infra/",),
    "constructs": ("src/platform_cli/infra/",),
    "boto3": BOTO3_ROOMS,
    "botocore": BOTO3_ROOMS,
}
"""Folders that may import each library (law 2)."""


def imported(path: Path) -> set[str]:
    """Return the top-level names of all that a file imports, at whatever depth."""
    return {module.partition(".")[0] for module in imported_modules(path)}


def test_floors_and_walls_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", ["platform_core", "platform_cli"])
def test_every_package_has_a_floor(package: str) -> None:
    """Law 6. A package that the floors do not name could import from any of them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = {
        module.strip(" ()")
        for contract in contracts["contracts"]
        if contract["type"] == "layers"
        for layer in contract["layers"]
        for module in layer.split("|")
    }
    modules = {
        f"{package}.{path.stem}"
        for path in (ROOT / "src" / package).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert modules - floors - FORMER_PATHS == {f"{package}.__init__"}


@pytest.mark.parametrize(
    "path", sorted(CORE.rglob("*.py")), ids=lambda path: str(path.relative_to(CORE))
)
def test_the_core_is_pure(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"platform_core", "pydantic"}
    relative = path.relative_to(CORE).as_posix()
    if (
        relative.startswith("content/")
        or (relative.startswith("providers/") and path.name == "content.py")
        or relative in PROVIDER_FILES_WITH_YAML
    ):
        allowed |= CONTENT_LIBRARIES
    assert imported(path) <= allowed


@pytest.mark.parametrize("library", CLOUD_WALLS)
def test_a_cloud_library_stays_in_its_rooms(library: str) -> None:
    """Law 2. Type imports count: they couple a room to the library all the same."""
    users = {name(path) for path in SOURCES if library in imported(path)}
    assert users
    assert {path for path in users if not path.startswith(CLOUD_WALLS[library])} == set()


def test_our_own_code_uses_no_former_path() -> None:
    """Former paths are for third parties, so nothing here keeps them alive."""
    importing = {
        f"{name(path)}: {module}"
        for path in SOURCES
        for module in imported_modules(path)
        if module in FORMER_PATHS
    }
    assert importing == set()


LIGHT = """
import importlib, sys
importlib.import_module({module!r})
heavy = {{"pydantic", "boto3", "aws_cdk", "yaml", "nh3", "markdown_it", "anyascii"}}
print(sorted(heavy & set(sys.modules)))
"""


def on_the_acknowledgement_path() -> list[str]:
    names = [
        "contract",
        "errors",
        "ingress.receive",
        "pipeline.ingest.deliveries",
        "provider",
        "provider.modules",
        "webhooks.composite_signatures",
        "webhooks.request",
        "webhooks.signatures",
    ]
    names += [
        f"providers.{path.parent.name}.{path.stem}"
        for path in sorted((CORE / "providers").glob("*/*.py"))
        if path.stem in {"webhook", "manifest"}
    ]
    return [f"platform_core.{module}" for module in names]


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


def test_the_router_is_light() -> None:
    """The router reads its environment when it is imported, so only its imports run here."""
    router = parse(ROOT / "lambdas" / "webhook_router" / "handler.py")
    imports = [node for node in router.body if isinstance(node, ast.Import | ast.ImportFrom)]
    code = "\n".join([*map(ast.unparse, imports), "import sys", "print('pydantic' in sys.modules)"])
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


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


def test_knowing_the_embedded_cloud_loads_no_server() -> None:
    """Every verb of a deployed client knows its address. Only the server needs `asyncio`."""
    code = (
        "import sys\nimport platform_cli.local.cloud\n"
        "heavy = {'asyncio', 'platform_cli.local.server', 'platform_cli.local.emulator'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
