"""The edge function applies redirects and headers as the local site server does."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from platform_cli.blueprint.model import Site
from platform_cli.cost.meters.site import READS_OF_RULES
from platform_cli.infra.edge import render_edge_function
from tests.infra.clients import BLUEPRINTS, synthesize
from tests.infra.test_edge import (
    ALIASES,
    ROUTES,
    UNKNOWN_AT_THE_EDGE,
    at_the_edge,
    parse_query,
    site_with,
)
from tests.infra.test_permissions import statements
from tests.rules_of_a_site import HEADER_ROUTES, compile_example

RULE_ROUTES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "rule_routes.json").read_text()
)
COMPILED = compile_example()
LIVE = {"pointer": "r1", "store": {"rules:r1": COMPILED.name, **(COMPILED.entries or {})}}
CODE = render_edge_function(replace(site_with(()), has_rules=True, has_release_assets=True))


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    rows = [
        {**row, **LIVE, "querystring": parse_query(row.get("query", ""))} for row in RULE_ROUTES
    ]
    return at_the_edge(rows, CODE)


@pytest.mark.parametrize("place", range(len(RULE_ROUTES)), ids=lambda n: RULE_ROUTES[n]["path"])
def test_rules_apply_by_the_table(place: int, answers: list[dict[str, Any]]) -> None:
    row, answer = RULE_ROUTES[place], answers[place]
    if "key" in row:
        assert unquote(answer["uri"]) == "/" + row["key"]
        return
    assert answer["statusCode"] == row["status"]
    if "redirect" in row:
        assert answer["headers"]["location"]["value"] == row["redirect"]


def test_a_site_whose_release_has_no_rules_is_routed_as_before() -> None:
    code = render_edge_function(replace(site_with(()), has_rules=True))
    assert at_the_edge(ROUTES, code) == at_the_edge(ROUTES)


def test_rules_that_cannot_be_read_leave_the_pages_reachable() -> None:
    rows = [{"path": "/old/", "pointer": "r1", "store": {"rules:r1": COMPILED.name}}]
    assert at_the_edge(rows, CODE)[0]["uri"] == "/releases/r1/old/index.html"


@pytest.mark.parametrize("prefix", ["", "/releases/r1"], ids=["original", "rewritten"])
def test_answers_have_the_headers_of_their_path(prefix: str) -> None:
    rows = [
        {**LIVE, "path": prefix + path, "response": {"statusCode": 200, "headers": {}}}
        for path, _ in HEADER_ROUTES
    ]
    for answer, (_, expected) in zip(at_the_edge(rows, CODE), HEADER_ROUTES, strict=True):
        assert {name: entry["value"] for name, entry in answer["headers"].items()} == expected


@pytest.mark.parametrize("has_release_assets", [False, True])
def test_rules_and_the_longest_aliases_fit_into_the_function(has_release_assets: bool) -> None:
    longest = ".".join(["a" * 61] * 4)
    aliases = tuple(f"{number}{longest[1:]}" for number in range(10))
    part = replace(site_with(aliases), has_rules=True, has_release_assets=has_release_assets)
    code = render_edge_function(part)
    assert len(code.encode()) < 10_000


def test_a_page_takes_as_many_reads_as_the_cost_says() -> None:
    assert COMPILED.name.endswith(".1.1")
    counted = {"path": "/", "count": True}
    response = {"statusCode": 200, "headers": {}}
    rows = [{**LIVE, **counted}, {**LIVE, **counted, "response": response}]
    [before, after] = [answer["reads"] for answer in at_the_edge(rows, CODE)]
    [plain] = [answer["reads"] for answer in at_the_edge([{**counted, "pointer": "r1"}])]
    assert before + after - plain == READS_OF_RULES


@pytest.mark.parametrize("feature", sorted(UNKNOWN_AT_THE_EDGE))
def test_the_rules_use_only_features_of_the_edge_runtime(feature: str) -> None:
    code = render_edge_function(replace(site_with(ALIASES), has_rules=True))
    assert not re.search(UNKNOWN_AT_THE_EDGE[feature], code)


@pytest.mark.parametrize("has_rules", [False, True])
def test_one_function_serves_request_and_response_of_a_site_with_rules(
    has_rules: bool, tmp_path: Path
) -> None:
    blueprint = BLUEPRINTS["direct"]()
    parts = tuple(
        replace(part, has_rules=has_rules) if isinstance(part, Site) else part
        for part in blueprint.parts
    )
    stack = synthesize(replace(blueprint, parts=parts), tmp_path)
    text = json.dumps(stack.template)
    assert text.count('"AWS::CloudFront::Function"') == 1
    assert ('"viewer-response"' in text) is has_rules
    writers = {
        (role["RoleName"].rpartition("-")[2], resource)
        for role in stack.of_type("AWS::IAM::Role").values()
        for action, resource in statements(role)
        if action in {"cloudfront-keyvaluestore:UpdateKeys", "cloudfront-keyvaluestore:ListKeys"}
    }
    assert [role for role, _ in writers] == (["builder"] if has_rules else [])
    assert all("StoresPointer" in resource for _, resource in writers)
    assert ('"SITE_RULES": "1"' in text) is has_rules
