"""The embedded cloud gets the same template as AWS, except for features that it does not have."""

import json
from pathlib import Path
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_core import contract
from tests.infra.clients import EMBEDDED, client, synthesize

Template = dict[str, Any]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Template]:
    config = client(environment="dev")
    cloud = synthesize(compose(config), tmp_path_factory.mktemp("cloud"))
    embedded = synthesize(compose(config, offers=EMBEDDED), tmp_path_factory.mktemp("embedded"))
    return cloud.template, embedded.template


def test_targets_differ_only_in_the_functions(pair: tuple[Template, Template]) -> None:
    cloud, embedded = pair
    differing = {
        name
        for name in cloud["Resources"].keys() | embedded["Resources"].keys()
        if cloud["Resources"].get(name) != embedded["Resources"].get(name)
    }
    functions = {
        name
        for name, resource in cloud["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
    }
    assert differing == functions


def test_functions_differ_in_the_layer_and_the_vendors_url(
    pair: tuple[Template, Template],
) -> None:
    cloud, embedded = (json.loads(json.dumps(each)) for each in pair)
    for name, resource in embedded["Resources"].items():
        if resource["Type"] != "AWS::Lambda::Function":
            continue
        theirs, ours = cloud["Resources"][name]["Properties"], resource["Properties"]
        assert len(theirs.pop("Layers")) == 1
        assert "Layers" not in ours
        address = ours["Environment"]["Variables"].pop(contract.PROVIDER_API)
        assert address == EMBEDDED.provider_api_url
        assert ours == theirs


def test_outputs_are_the_same(pair: tuple[Template, Template]) -> None:
    cloud, embedded = pair
    assert cloud["Outputs"] == embedded["Outputs"]


def test_the_same_blueprint_gives_the_same_bytes(tmp_path: Path) -> None:
    blueprint = compose(client())
    first = synthesize(blueprint, tmp_path / "a")
    second = synthesize(blueprint, tmp_path / "b")
    assert first.path.read_bytes() == second.path.read_bytes()
