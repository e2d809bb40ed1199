"""Every combination of the catalog makes a valid stack, in every mode that it supports.

All of them are one client in one environment, synthesized in one process, so two templates differ
only in a few of their resources. cfn-lint reads every resource that differs from the earlier ones.
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
from platform_cli.blueprint.stores import Table
from platform_cli.config.model import providers_of_kind
from platform_core import contract, providers
from platform_core.provider import Kind
from tests.infra.clients import Synthesized, synthesize, text
from tests.infra.combinations import CLIENT, Combination, combinations

pytestmark = pytest.mark.slow

PSEUDO = "AWS::"
"""Names that CloudFormation itself defines."""


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
    findings = gathered.lint()
    said = (
        f"{templates} templates of {len(sites)} combinations in {laid - started:.0f} s; their"
        f" {len(gathered.resources)} different resources linted in {time.monotonic() - laid:.0f} s"
    )
    with capsys.disabled():
        pytestconfig.get_terminal_writer().line(f"\n{said}")
    assert findings == []
    kinds = [len(providers_of_kind(each)) + 1 for each in Kind]
    assert len(sites) == len(engines.starter_engine_names()) * math.prod(kinds)


class Gathered:
    """Merge the templates: each different resource once, under a unique name.

    The targets of references keep the names that they have in every template.
    """

    def __init__(self) -> None:
        self.resources: dict[str, Any] = {}
        self._rest: dict[str, dict[str, Any]] = {"Parameters": {}, "Rules": {}, "Outputs": {}}
        self._seen: set[str] = set()

    def add(self, stack: Synthesized) -> None:
        for section, entries in self._rest.items():
            entries.update(stack.template.get(section, {}))
        for name, resource in stack.template["Resources"].items():
            # Ignore the one tag that names the combination.
            plain = json.dumps([name, resource]).replace(stack.blueprint.names.stack_type, "")
            if plain not in self._seen:
                self._seen.add(plain)
                own = f"{name}{len(self._seen)}" if name in self.resources else name
                self.resources[own] = resource

    def lint(self) -> list[str]:
        """Return the findings of cfn-lint, except repeated names and too many resources."""
        whole = {**self._rest, "Resources": self.resources}
        config = {"ignore_checks": ["E3019", "E3010"]}
        return [str(each) for each in lint(json.dumps(whole), config=config)]


# --- what holds of every one -------------------------------------------------------------------


def hold_to_the_invariants(made: Combination, stack: Synthesized) -> None:
    """Check properties that a provider or an engine could break."""
    names = ResourceNames(CLIENT, f"{CLIENT}-prod")
    functions = stack.of_type("AWS::Lambda::Function")
    assert {function["FunctionName"] for function in functions.values()} == {
        names.function(each) for each in purposes(made)
    }, made
    tables = {each["TableName"] for each in stack.of_type(Table.resource_type).values()}
    assert tables == stores(made, names), made
    assert secrets_in(stack.template) == readable(made), made
    assert "{{resolve:" not in json.dumps(stack.template), made
    for each in functions.values():
        providers_value = json.loads(text(each["Environment"]["Variables"][contract.PROVIDERS]))
        assert list(providers_value) == sorted(made.chosen), made
    [builds] = [part for part in stack.blueprint.parts if isinstance(part, Builds)]
    project = stack.one("AWS::CodeBuild::Project")
    assert json.loads(text(project["Source"]["BuildSpec"])) == builds.buildspec, made
    assert referred(stack.template) <= set(stack.template["Resources"]), made


def purposes(made: Combination) -> set[str]:
    """Return the functions: one for each part."""
    if not made.chosen:
        return {"builder"}
    direct = {"builder", "webhook-router"}
    return direct if made.mode == "direct" else direct | {"ingest", "content-api"}


def stores(made: Combination, names: ResourceNames) -> set[str]:
    """Return the site's table, an inbox if there are providers, and content if it is stored."""
    if not made.chosen:
        return {names.site_table}
    direct = {names.site_table, names.inbox_table}
    return direct if made.mode == "direct" else direct | {names.content_table}


def readable(made: Combination) -> set[str]:
    """Return the secrets of the chosen providers that functions of every client may read.

    Not those that manage webhooks, or that only previews or a login relay need.
    """
    optional = {contract.DRAFTS_TOKEN, contract.LOGIN_SECRET}
    return {
        contract.secret_path(CLIENT, "prod", name, need.name)
        for name in made.chosen
        for need in providers.load_manifest(name).needs.secrets
        if not need.name.startswith(contract.MANAGE_PREFIX) and need.name not in optional
    }


def secrets_in(template: dict[str, Any]) -> set[str]:
    """Return every path of a secret in the template, partial ones included."""
    return set(re.findall(r"/platform/[\w/.-]+", json.dumps(template)))


def referred(value: Any) -> set[str]:
    """Yield logical ids that a Ref or a GetAtt uses."""
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
