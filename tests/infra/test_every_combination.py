"""Every combination of the catalog is a stack: each in every mode that it may have.

All are one client in one environment, laid in one process, so two templates differ in a few of
their resources only. cfn-lint reads every resource that differs from those before it, as it is.
"""

import json
import math
import re
import time
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]

from platform_cli import engines
from platform_cli.blueprint.model import Builds
from platform_cli.blueprint.naming import ResourceNames
from platform_cli.config.model import providers_of_kind
from platform_core import contract, providers
from platform_core.provider import Kind
from tests.infra.clients import Synthesized, synthesize, text
from tests.infra.combinations import CLIENT, Combination, combinations

pytestmark = pytest.mark.slow

PSEUDO = "AWS::"
"""What CloudFormation itself knows by name."""


def test_every_combination_is_a_stack(
    tmp_path: Path, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    gathered = Gathered()
    templates, sites = 0, set()
    for made in combinations():
        stack = synthesize(made.blueprint(), tmp_path / str(made))
        hold_to_the_invariants(made, stack)
        gathered.add(stack)
        templates += 1
        sites.add((made.engine, made.cms, made.commerce))
    laid = time.monotonic()
    found = gathered.lint()
    said = (
        f"{templates} templates of {len(sites)} combinations in {laid - started:.0f} s; their"
        f" {len(gathered.resources)} different resources linted in {time.monotonic() - laid:.0f} s"
    )
    with capsys.disabled():
        pytestconfig.get_terminal_writer().line(f"\n{said}")
    assert found == []
    kinds = [len(providers_of_kind(each)) + 1 for each in Kind]
    assert len(sites) == len(engines.engine_names()) * math.prod(kinds)


class Gathered:
    """One template of all: each different resource once, under a number of its own.

    What a resource refers to is there under the name that it has in every template.
    """

    def __init__(self) -> None:
        self.resources: dict[str, Any] = {}
        self._rest: dict[str, dict[str, Any]] = {"Parameters": {}, "Rules": {}, "Outputs": {}}
        self._seen: set[str] = set()

    def add(self, stack: Synthesized) -> None:
        for section, entries in self._rest.items():
            entries.update(stack.template.get(section, {}))
        for name, resource in stack.template["Resources"].items():
            # The one tag that names the combination makes no difference.
            plain = json.dumps([name, resource]).replace(stack.blueprint.names.stack_type, "")
            if plain not in self._seen:
                self._seen.add(plain)
                own = f"{name}{len(self._seen)}" if name in self.resources else name
                self.resources[own] = resource

    def lint(self) -> list[str]:
        """What cfn-lint says, except that names stand twice and that there are too many: here both
        are meant."""
        whole = {**self._rest, "Resources": self.resources}
        config = {"ignore_checks": ["E3019", "E3010"]}
        return [str(each) for each in lint(json.dumps(whole), config=config)]


# --- what holds of every one -------------------------------------------------------------------


def hold_to_the_invariants(made: Combination, stack: Synthesized) -> None:
    """What a provider or an engine could spoil."""
    names = ResourceNames(CLIENT, f"{CLIENT}-prod")
    functions = stack.of_type("AWS::Lambda::Function")
    assert {each["FunctionName"] for each in functions.values()} == {
        names.function(each) for each in purposes(made)
    }, made
    tables = {each["TableName"] for each in stack.of_type("AWS::DynamoDB::Table").values()}
    assert tables == stores(made, names), made
    assert secrets_in(stack.template) == readable(made), made
    assert "{{resolve:" not in json.dumps(stack.template), made
    for each in functions.values():
        told = json.loads(text(each["Environment"]["Variables"][contract.PROVIDERS]))
        assert list(told) == sorted(made.chosen), made
    [builds] = [part for part in stack.blueprint.parts if isinstance(part, Builds)]
    project = stack.one("AWS::CodeBuild::Project")
    assert json.loads(text(project["Source"]["BuildSpec"])) == builds.buildspec, made
    assert referred(stack.template) <= set(stack.template["Resources"]), made


def purposes(made: Combination) -> set[str]:
    """One function a part."""
    if not made.chosen:
        return {"builder"}
    direct = {"builder", "webhook-router"}
    return direct if made.mode == "direct" else direct | {"ingest", "content-api"}


def stores(made: Combination, names: ResourceNames) -> set[str]:
    """The site's table, an inbox where somebody delivers, content where it is kept."""
    if not made.chosen:
        return {names.site_table}
    direct = {names.site_table, names.inbox_table}
    return direct if made.mode == "direct" else direct | {names.content_table}


def readable(made: Combination) -> set[str]:
    """Secrets that the chosen providers need; never one that manages webhooks, nor another's."""
    return {
        contract.secret_path(CLIENT, "prod", name, need.name)
        for name in made.chosen
        for need in providers.load_manifest(name).needs.secrets
        if not need.name.startswith(contract.MANAGE_PREFIX)
    }


def secrets_in(template: dict[str, Any]) -> set[str]:
    """Every path of a secret that stands anywhere, also in part."""
    return set(re.findall(r"/platform/[\w/.-]+", json.dumps(template)))


def referred(value: Any) -> set[str]:
    """Logical names that something stands for, by Ref or GetAtt."""
    match value:
        case {"Ref": str(name)}:
            return set() if name.startswith(PSEUDO) or name == "BootstrapVersion" else {name}
        case {"Fn::GetAtt": [str(name), _]}:
            return {name}
        case dict():
            return set().union(*map(referred, value.values()))
        case list():
            return set().union(*map(referred, value))
    return set()
