"""The settings of a site's build, and the check of the site's own files."""

from pathlib import Path

import pytest

from platform_cli.config.load import load_client
from tests.cli.conftest import Call

SMALL = """\
client_id: acme
company_name: Acme
domain: acme.example
contact_email: web@acme.example
service_integration: {ssg_engine: ENGINE}
"""


@pytest.fixture
def site(workspace: Path) -> Path:
    """Return the empty folder of a client whose file has no settings of its build."""
    (workspace / "clients/acme.yaml").write_text(SMALL.replace("ENGINE", "nextjs"))
    return workspace / "clients/acme"


def test_values_are_read_as_a_person_writes_them(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    settings = "site: {root: ./apps/web/, node_version: '20', env: {DEBUG: 1, LEVEL: 1.10}}\n"
    file.write_text(SMALL.replace("ENGINE", "astro") + settings)
    site = load_client(file).site
    assert (site.root, site.node_version) == ("apps/web", 20)
    assert site.env == {"DEBUG": "1", "LEVEL": "1.10"}


def test_an_environment_adds_variables(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    more = "site: {env: {A: one}}\nenvironments: {staging: {site: {env: {B: two}}}}\n"
    file.write_text(SMALL.replace("ENGINE", "astro") + more)
    assert load_client(file, "staging").site.env == {"A": "one", "B": "two"}


def test_a_version_that_is_not_supported_is_an_error(site: Path, call: Call) -> None:
    (site / "package.json").write_text('{"dependencies": {"next": "^13.5.0"}}')
    called = call("validate", "acme")
    assert called.code == 2
    assert "clients/acme/package.json: Next.js 13.5.0 is not supported: versions 14 to 16" in (
        " ".join(called.err.split())
    )
    assert "ssg_engine: custom" in called.err
    (site / "package.json").write_text('{"dependencies": {"next": "^15.1.0"}}')
    assert call("validate", "acme").code == 0


def test_a_node_version_that_no_build_offers_is_an_error(site: Path, call: Call) -> None:
    (site / "package.json").write_text('{"dependencies": {"next": "^14"}}')
    (site / ".nvmrc").write_text("v16.20.2")
    called = call("validate", "acme")
    assert called.code == 2
    assert "clients/acme/.nvmrc: the site asks for Node.js 16" in " ".join(called.err.split())
    with (site.parent / "acme.yaml").open("a") as file:
        file.write("site: {node_version: 18}\n")
    assert call("validate", "acme").code == 0


def test_a_site_without_a_lock_file_or_for_another_engine_is_a_warning(
    site: Path, call: Call
) -> None:
    (site / "package.json").write_text('{"dependencies": {"astro": "^5"}}')
    called = call("validate", "acme", "--json")
    assert called.code == 0
    warnings = " ".join(called.json["warnings"])
    assert "without a lock file" in warnings
    assert "package.json is of a site for Astro, and ssg_engine is nextjs" in warnings


def test_the_catalog_lists_the_engine_without_a_generator(workspace: Path, call: Call) -> None:
    data = call("catalog", "engines", "--json").json["data"]
    assert "custom" in [entry["name"] for entry in data["engines"]]
    combinations = call("catalog", "combos", "--engine", "custom", "--json").json["data"]["combos"]
    assert combinations
    assert not any(combination["recommended"] for combination in combinations)
