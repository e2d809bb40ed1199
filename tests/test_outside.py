"""The façade of the outside judges keeps its promises."""

import ast
import doctest
from pathlib import Path

import pytest

from tests import outside

JUDGES = sorted((Path(__file__).parent / "assurance" / "outside").glob("*.py"))
PRODUCT = ("platform_core", "platform_cli", "lambdas")
CONTENT = ["world", "repository", "push", "delivery", "normalize", "list_all"]
OTHERS = ["endpoint", "receive", "sign", "load_workspace", "computed_names", "Pipeline", "cloud"]
MANUAL = [*CONTENT, *OTHERS, "build_site", "adopt_site"]
"""Entry points that the manual explains."""
CLIENT = """\
schema_version: 1
client_id: acme
company_name: Acme
domain: acme.example
contact_email: hi@acme.example
service_integration:
  integration_mode: event_driven
  ssg_engine: hugo
  cms_config:
    provider: decap
    settings: {repository: "github:acme/site"}
"""


def imports(path: Path) -> set[str]:
    """Return the full names of everything that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_the_examples_of_the_manual_are_true() -> None:
    result = doctest.testmod(outside)
    assert result.attempted > 10
    assert result.failed == 0


@pytest.mark.parametrize("name", MANUAL)
def test_the_manual_names_every_entry_point(name: str) -> None:
    assert name in str(outside.__doc__)
    assert getattr(outside, name).__doc__


@pytest.mark.parametrize("path", JUDGES, ids=[path.stem for path in JUDGES])
def test_outside_tests_import_only_the_facade(path: Path) -> None:
    """A move of a product's module changes `tests/outside.py` and no judge."""
    strangers = {
        name
        for name in imports(path)
        if name.startswith(PRODUCT)
        or (
            (name.startswith("tests.") and name != "tests.outside")
            and not name.startswith("tests.assurance.outside")
        )
    }
    assert strangers == set()


def test_a_listing_gives_the_items_of_the_simulated_api() -> None:
    texts = {"content/articles/a.md": "# A", "content/articles/b.md": "# B"}
    outcome = outside.list_all(outside.world("decap", state=outside.repository(texts)))
    assert outcome.outcome == "upsert"
    assert {item["slug"] for item in outcome.items} == {"a", "b"}
    assert outcome.vendor_calls > 0


def test_a_body_that_is_not_an_item_is_malformed() -> None:
    delivery = outside.delivery("generic", raw=b'{"type": "content.updated"}')
    outcome = outside.normalize(outside.world("generic"), [delivery])
    assert (outcome.outcome, outcome.items) == ("malformed", [])
    assert outcome.message


def test_the_log_of_a_normalizer_is_part_of_the_outcome() -> None:
    files = {"content/articles/a.md": "---\na: [\n---\n"}
    world = outside.world("decap", state=outside.repository(files))
    assert outside.list_all(world).log


def test_a_workspace_gives_clients_findings_and_names(tmp_path: Path) -> None:
    clients = tmp_path / "clients"
    clients.mkdir()
    (clients / "acme.yaml").write_text(CLIENT)
    workspace = outside.load_workspace(tmp_path)
    assert (workspace.sound, list(workspace.findings)) == (True, [])
    assert workspace.clients["acme"].domain == "acme.example"
    names = outside.computed_names(clients / "acme.yaml")["prod"]
    assert names["prefix"] == "acme-prod"
    assert names["site_bucket"] == "acme-prod-site"

    (clients / "bravo.yaml").write_text(CLIENT.replace("domain: acme", "domain: acme_"))
    workspace = outside.load_workspace(tmp_path)
    assert not workspace.sound
    assert list(workspace.clients) == ["acme"]
    assert {finding.file for finding in workspace.findings} == {"bravo"}


def test_a_site_is_adopted(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "hugo.toml").write_text("")
    adopted = outside.adopt_site(str(site), tmp_path / "shops")
    assert (adopted.code, adopted.findings) == (0, [])
    assert adopted.data["facts"]["engine"] == "hugo"
    assert "ssg_engine: hugo" in adopted.client_file
    refused = outside.adopt_site("ext::sh", tmp_path / "shops", "bravo")
    assert (refused.code, refused.data, refused.client_file) == (2, {}, "")
    assert "could make Git run a program" in refused.findings[0].message
