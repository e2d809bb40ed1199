"""The commands validate, list, show and catalog, and their JSON output."""

from pathlib import Path

import pytest

from platform_cli import engines
from platform_core import providers
from tests.cli.conftest import ACME, Call


def second(workspace: Path, text: str = ACME) -> None:
    path = workspace / "clients" / "bravo.yaml"
    path.write_text(text.replace("client_id: acme", "client_id: bravo"))


def test_validate_reports_its_findings(workspace: Path, call: Call) -> None:
    called = call("validate", "acme", "--json")
    assert called.code == 0
    (client,) = called.json["data"]["clients"]
    assert client["client_id"] == "acme"
    assert client["environments"] == ["prod", "staging"]
    assert client["stack_type"] == "sanity_shopify_basic_composed_stack"
    assert client["level"] == "bridged"
    assert "hasn't been fully tested" in called.json["warnings"][0]


def test_validate_all_reports_every_file(workspace: Path, call: Call) -> None:
    second(workspace, ACME.replace("tier1", "tier9"))
    (workspace / "clients" / "third.yaml").write_text("[]")
    called = call("validate", "--all")
    assert called.code == 2
    assert called.out.startswith("1 client is valid. 2 errors in other files, see below.")
    assert "acme    prod, staging" in called.out
    assert "clients/bravo.yaml:8:15:" in called.err
    assert "clients/third.yaml:1:1:" in called.err


def test_site_without_a_source_causes_a_warning(workspace: Path, call: Call) -> None:
    (workspace / "clients" / "acme").rmdir()
    assert "the source of its site is missing" in call("validate", "acme").err


def test_list_shows_broken_clients_too(workspace: Path, call: Call) -> None:
    second(workspace, "client_id: bravo\n")
    called = call("list", "--json")
    assert called.code == 0
    acme, bravo = called.json["data"]["clients"]
    assert acme["valid"] is True
    assert acme["deployment_name"] == "Acme-Prod-SanityShopifyBasicComposedStack"
    assert acme["labels"] == {"team": "north"}
    assert bravo["client_id"] == "bravo"
    assert bravo["valid"] is False
    assert "bravo is not valid" in called.json["warnings"][0]


def test_an_empty_workspace_is_no_error(workspace: Path, call: Call) -> None:
    (workspace / "clients" / "acme.yaml").unlink()
    for arguments in (["list"], ["validate", "--all"]):
        called = call(*arguments)
        assert (called.code, called.out) == (0, "")
        assert "platform new-client" in called.err


def test_show_has_every_name_and_part(workspace: Path, call: Call) -> None:
    data = call("show", "acme", "--json").json["data"]
    assert data["client_id"] == "acme"
    assert data["environment"] == "prod"
    assert data["stack_type"] == "sanity_shopify_basic_composed_stack"
    assert data["deployment_name"] == "Acme-Prod-SanityShopifyBasicComposedStack"
    assert data["resource_prefix"] == "acme-prod"
    assert data["integration_mode"] == "event_driven"
    assert data["parts"] == ["site", "builds", "webhooks", "content", "alarms"]
    assert data["names"]["content_topic"] == "acme-prod-content-events"
    assert data["names"]["api"] == "acme-integration-api"
    assert data["config"]["domain"] == "acme.example"


def test_show_accepts_an_environment(workspace: Path, call: Call) -> None:
    data = call("show", "acme", "--env", "staging", "--json").json["data"]
    assert data["resource_prefix"] == "acme-staging"
    assert data["config"]["domain"] == "staging.acme.example"


def test_a_direct_client_has_no_content_part(workspace: Path, call: Call) -> None:
    text = ACME.split("  ecommerce_config:")[0].replace("event_driven", "direct")
    (workspace / "clients" / "acme.yaml").write_text(text)
    data = call("show", "acme", "--json").json["data"]
    assert "content" not in data["parts"]
    assert "content_table" not in data["names"]


def test_the_catalog_lists_every_provider_folder(call: Call) -> None:
    data = call("catalog", "--json").json["data"]
    assert [each["name"] for each in data["providers"]] == list(providers.provider_names())
    assert [each["name"] for each in data["engines"]] == list(engines.engine_names())
    assert all(each["plans"] and each["prices_as_of"] for each in data["providers"])


def test_the_combinations_are_complete(call: Call) -> None:
    combos = call("catalog", "combos", "--json").json["data"]["combos"]
    keys = {"cms_provider", "ecommerce_provider", "ssg_engine", "level", "score", "reason"}
    assert all(keys <= set(each) for each in combos)
    assert {each["level"] for each in combos} <= {"native", "bridged", "rejected"}
    findings = [
        (each["cms_provider"], each["ecommerce_provider"], each["ssg_engine"]) for each in combos
    ]
    assert len(findings) == len(set(findings))
    assert ("sanity", "shopify_basic", "eleventy") in findings
    assert (None, "shopify_basic", "hugo") in findings
    assert ("decap", None, "hugo") in findings
    assert not [finding for finding in findings if finding[:2] == (None, None)]


def test_combinations_can_be_filtered(call: Call) -> None:
    arguments = (
        "catalog",
        "combos",
        "--cms",
        "sanity",
        "--commerce",
        "shopify",
        "--engine",
        "astro",
    )
    [combo] = call(*arguments, "--json").json["data"]["combos"]
    assert (combo["ecommerce_provider"], combo["level"], combo["score"]) == (
        "shopify_basic", "native", 10,
    )  # fmt: skip
    [direct] = call(*arguments, "--mode", "direct", "--json").json["data"]["combos"]
    assert (direct["level"], direct["hint"]) == ("rejected", "set integration_mode: event_driven")


def test_incompatible_combination_suggests_a_fix(call: Call) -> None:
    called = call("catalog", "combos", "--cms", "sanitty", "--engine", "astro")
    assert called.code == 0
    assert "Unsupported CMS provider: sanitty (did you mean 'sanity'?)" in " ".join(
        called.out.split()
    )
    assert call("catalog", "combos", "--mode", "dirct").code == 2


def test_a_cart_without_a_catalogue_is_warned_of(workspace: Path, call: Call) -> None:
    assert call("new-client", "plum", "--commerce=foxy", "--engine=hugo").code == 0
    called = call("validate", "plum")
    assert called.code == 0
    assert "Foxy has no product catalog: add a CMS" in called.err


def test_combinations_can_be_counted(call: Call) -> None:
    data = call("catalog", "combos", "--count", "--json").json["data"]
    assert data["count"] == len(call("catalog", "combos", "--json").json["data"]["combos"])
    assert data["count"] == sum(data["levels"].values())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str, call: Call) -> None:
    called = call("completion", shell)
    assert called.code == 0
    assert "_PLATFORM_COMPLETE" in called.out


def test_version_is_a_number(call: Call) -> None:
    assert call("version", "--json").json["data"]["version"][0].isdigit()
