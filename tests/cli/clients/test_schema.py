"""The JSON Schema for editors accepts the same files as the loader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from platform_cli.config import schema
from platform_cli.config.load import load_client
from platform_cli.errors import ConfigError
from tests.cli.conftest import ACME, Call

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "golden"


def complaints(text: str) -> list[str]:
    validator = Draft202012Validator(schema.build_schema())
    return [
        where for error in validator.iter_errors(yaml.safe_load(text)) for where in places(error)
    ]


def places(error: Any) -> Iterator[str]:
    """Yield the position of an error and of its alternatives."""
    yield error.json_path
    for inner in error.context:
        yield from places(inner)


def changed(old: str, new: str) -> str:
    assert old in ACME
    return ACME.replace(old, new)


def test_schema_is_valid() -> None:
    Draft202012Validator.check_schema(schema.build_schema())


def test_the_file_in_this_repository_is_up_to_date() -> None:
    """Run `platform schema --write` to update it."""
    assert (ROOT / "clients" / schema.SCHEMA_FILE).read_text() == schema.schema_text()


@pytest.mark.parametrize(
    "file", sorted((ROOT / "clients").glob("*.yaml")), ids=lambda path: path.stem
)
def test_example_clients_match_the_schema(file: Path) -> None:
    assert complaints(file.read_text()) == []
    load_client(file)


VALID = {
    "whole": ACME,
    "decap": changed(
        "provider: sanity\n    settings: {project_id: abc123, dataset: production}",
        "provider: decap\n    settings: {repository: github:acme/site}",
    ),
    "without a shop": ACME.split("  ecommerce_config:")[0],
    "environments": ACME + "  dev: {service_integration: {integration_mode: direct, "
    "ecommerce_config: null}, builds: {grace_seconds: 0}}\n",
}

WRONG = {
    "an unknown key": (changed("company_name", "compny_name"), "$"),
    "a tier": (changed("tier1", "tier9"), "$.service_tier"),
    "an engine": (changed("eleventy", "elevnty"), "$.service_integration.ssg_engine"),
    "a provider": (
        changed("provider: sanity", "provider: sanitty"),
        "$.service_integration.cms_config.provider",
    ),
    "a setting": (
        changed("project_id:", "projct_id:"),
        "$.service_integration.cms_config.settings",
    ),
    "another provider's settings": (
        changed("{store_domain: acme.myshopify.com}", "{project_id: abc123}"),
        "$.service_integration.ecommerce_config.settings",
    ),
    "an environment": (changed("  staging:", "  stagin:"), "$.environments"),
    "an override": (changed("{domain: staging", "{domian: staging"), "$.environments.staging"),
    "who it is": (
        changed("{domain: staging.acme.example}", "{client_id: b}"),
        "$.environments.staging",
    ),
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_loader_and_schema_accept_the_same_files(text: str, tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(text)
    load_client(tmp_path / "acme.yaml")
    assert complaints(text) == []


@pytest.mark.parametrize(("text", "where"), WRONG.values(), ids=WRONG)
def test_loader_and_schema_reject_the_same_files(text: str, where: str, tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(text)
    with pytest.raises(ConfigError):
        load_client(tmp_path / "acme.yaml")
    assert where in complaints(text)


def test_every_setting_is_described() -> None:
    described: list[Any] = [
        (name, key, value.get("description"))
        for name, definition in schema.build_schema()["$defs"].items()
        if name.endswith("ProviderConfig")
        for branch in definition["allOf"]
        for key, value in branch["then"]["properties"]["settings"]["properties"].items()
    ]
    assert described
    assert [each for each in described if not each[2]] == []


def test_the_command_prints_and_writes_it(workspace: Path, call: Call) -> None:
    assert call("schema").out == schema.schema_text()
    assert call("schema", "--json").json["data"]["schema"] == schema.build_schema()
    assert call("schema", "--write").code == 0
    assert (workspace / "clients" / schema.SCHEMA_FILE).read_text() == schema.schema_text()
