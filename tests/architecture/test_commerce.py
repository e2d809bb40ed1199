"""Law 12: subjects of the shop are tied by ids, and a flow is one file with a crash test.

The tests also run over invented modules, which break the law.
"""

from collections.abc import Iterable, Mapping

import pytest

from tests.architecture.sources import ROOT, SOURCES, imported_modules, name

SHOP = "platform_core.commerce"
FLOWS = f"{SHOP}.flows"
SHARED = {"types", "writes"}
"""Modules that every subject may import."""
TOOLS_OF_FLOWS = {"ports", "transaction"}
"""Modules of `flows/` that are no flow."""


def module_name(file: str) -> str:
    return file.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def subject_of(module: str) -> str:
    """Return the subject of a module of the shop, such as `cart`; empty for any other module."""
    return (
        module.removeprefix(f"{SHOP}.").partition(".")[0] if module.startswith(f"{SHOP}.") else ""
    )


def imports_between_subjects(imports: Mapping[str, Iterable[str]]) -> set[tuple[str, str]]:
    """Return pairs of two subjects of which the first imports the second. Flows may import all."""
    pairs = {
        (subject_of(module), subject_of(imported))
        for module, all_imported in imports.items()
        for imported in all_imported
    }
    return {
        (user, used)
        for user, used in pairs
        if user and used and user not in {"flows", used} and used not in SHARED
    }


def flows_without_crash_test(files: Iterable[str]) -> set[str]:
    """Return the flows that are no single file with a test of the same name."""
    present = set(files)
    flows = {
        module.removeprefix(f"{FLOWS}.").partition(".")[0]
        for module in map(module_name, present)
        if module.startswith(f"{FLOWS}.")
    } - TOOLS_OF_FLOWS
    return {
        flow
        for flow in flows
        if f"src/platform_core/commerce/flows/{flow}.py" not in present
        or f"tests/core/flows/test_{flow}.py" not in present
    }


def test_no_subject_of_the_shop_imports_another() -> None:
    imports = {module_name(name(path)): imported_modules(path) for path in SOURCES}
    assert imports_between_subjects(imports) == set()


def test_every_flow_is_one_file_with_a_crash_test() -> None:
    """The test kills the flow after every step, as `assurance/simulation` does elsewhere."""
    tests = (ROOT / "tests" / "core" / "flows").glob("test_*.py")
    assert flows_without_crash_test(map(name, [*SOURCES, *tests])) == set()


@pytest.mark.parametrize(
    ("module", "imported", "allowed"),
    [
        ("cart.rules", "pricing.model", False),
        ("cart.rules", "flows.checkout", False),
        ("cart.rules", "cart.model", True),
        ("flows.checkout", "cart.rules", True),
    ],
)
def test_an_import_between_subjects_is_seen(module: str, imported: str, allowed: bool) -> None:
    found = imports_between_subjects({f"{SHOP}.{module}": [f"{SHOP}.{imported}"]})
    assert (found == set()) is allowed


@pytest.mark.parametrize(
    ("files", "allowed"),
    [
        (["flows/checkout.py"], False),
        (["flows/checkout/steps.py"], False),
        (["flows/checkout.py", "tests/core/flows/test_checkout.py"], True),
    ],
)
def test_a_flow_without_a_crash_test_is_seen(files: list[str], allowed: bool) -> None:
    paths = [
        file if file.startswith("tests/") else f"src/platform_core/commerce/{file}"
        for file in files
    ]
    assert (flows_without_crash_test(paths) == set()) is allowed
