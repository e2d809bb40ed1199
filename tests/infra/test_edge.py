"""The edge function, run by Node, follows the same table as the local site server."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from platform_cli.blueprint.model import Site
from platform_cli.infra.domains import render_edge_function
from platform_cli.infra.edge import EDGE, read_edge_function
from platform_core import contract
from tests.infra.clients import BLUEPRINTS

HERE = Path(__file__).parent
ROUTES: list[dict[str, Any]] = json.loads((HERE.parent / "routes.json").read_text())
HASH = "0123456789abcdef" * 4
OWN_ASSETS = [
    ("/assets/style.css", "releases/r1/assets/style.css"),
    (f"/assets/app.{HASH}.css", f"assets/app.{HASH}.css"),
    (f"/assets/js/app-{HASH}.min.js", f"assets/js/app-{HASH}.min.js"),
    (f"/assets/x.{HASH}.d/style.css", f"releases/r1/assets/x.{HASH}.d/style.css"),
    (f"/assets/app.{HASH[1:]}.css", f"releases/r1/assets/app.{HASH[1:]}.css"),
    ("/assets/", "releases/r1/assets/index.html"),
]


def at_the_edge(
    rows: list[dict[str, Any]], code: str = "", *, has_release_assets: bool = False
) -> list[dict[str, Any]]:
    code = code or read_edge_function(has_release_assets=has_release_assets)
    process = subprocess.run(
        [Path(sys.executable).parent / "node", HERE / "edge_stub.mjs"],
        input=json.dumps({"code": code, "rows": rows}),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[dict[str, Any]] = json.loads(process.stdout)
    return answers


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    return at_the_edge(ROUTES)


@pytest.mark.parametrize(
    "place", range(len(ROUTES)), ids=lambda n: f"{ROUTES[n]['path']} at {ROUTES[n]['pointer']}"
)
def test_paths_are_rewritten_by_the_table(place: int, answers: list[dict[str, Any]]) -> None:
    row, answer = ROUTES[place], answers[place]
    if "key" in row:
        assert unquote(answer["uri"]) == "/" + row["key"]
    elif "redirect" in row:
        assert answer["statusCode"] == 301
        assert answer["headers"]["location"]["value"] == row["redirect"]
    else:
        assert answer["statusCode"] == row["status"]
        if "page" in row:
            assert answer["headers"]["cache-control"]["value"] == "no-store"
            assert row["page"] in answer["body"]["data"]


def test_an_asset_without_a_hash_belongs_to_its_release_in_a_site_of_its_own() -> None:
    """As `test_assets_of_a_site_of_its_own` in `tests/local/test_site_server.py`."""
    rows = [{"path": path, "pointer": "r1"} for path, _ in OWN_ASSETS]
    answers = at_the_edge(rows, has_release_assets=True)
    assert [answer["uri"] for answer in answers] == [f"/{key}" for _, key in OWN_ASSETS]


def test_a_redirect_keeps_the_query() -> None:
    query = {
        "a": {"value": "1"},
        "b": {"value": "x", "multiValue": [{"value": "x"}, {"value": "y"}]},
    }
    [answer] = at_the_edge([{"path": "/shop", "pointer": "r1", "querystring": query}])
    assert answer["headers"]["location"]["value"] == "/shop/?a=1&b=x&b=y"


@pytest.mark.parametrize("fault", ["get", "exists"])
def test_a_store_that_cannot_be_read_is_not_an_unpublished_site(fault: str) -> None:
    """Search engines would otherwise remove the pages of a live site."""
    [answer] = at_the_edge([{"path": "/", "pointer": "r1", "fault": fault}])
    assert answer["statusCode"] == 503
    assert answer["headers"]["retry-after"]["value"] == "5"
    assert "unavailable for a moment" in answer["body"]["data"]


def test_a_missing_key_is_known_without_its_message() -> None:
    [answer] = at_the_edge([{"path": "/", "pointer": None, "message": "no such entry"}])
    assert "not been published" in answer["body"]["data"]


# --- aliases --------------------------------------------------------------------------------------

ALIAS_ROUTES: list[dict[str, Any]] = json.loads((HERE.parent / "alias_routes.json").read_text())
ALIASES = ("www.acme.example", "acme.org")


def site_with(aliases: tuple[str, ...]) -> Site:
    [site] = [part for part in BLUEPRINTS["direct"]().parts if isinstance(part, Site)]
    return replace(site, domain="acme.example", aliases=aliases)


def test_an_alias_is_redirected_by_the_table() -> None:
    rows = [
        {**row, "pointer": "r1", "querystring": parse_query(row.get("query", ""))}
        for row in ALIAS_ROUTES
    ]
    answers = at_the_edge(rows, render_edge_function(site_with(ALIASES)))
    for row, answer in zip(rows, answers, strict=True):
        location = answer.get("headers", {}).get("location", {}).get("value")
        if row["location"] is None:
            assert location is None, row
        else:
            assert answer["statusCode"] == 301
            assert location == f"https://acme.example{row['location']}", row


def parse_query(text: str) -> dict[str, Any]:
    """Return a query as CloudFront passes it."""
    pairs = (part.partition("=") for part in text.split("&") if part)
    return {name: {"value": value} for name, _, value in pairs}


def test_a_site_without_aliases_has_the_same_function_as_before() -> None:
    assert render_edge_function(site_with(())) == EDGE.read_text()


def test_the_longest_aliases_fit_into_the_function() -> None:
    longest = ".".join(["a" * 61] * 4)
    aliases = tuple(f"{number}{longest[1:]}" for number in range(10))
    assert len(render_edge_function(site_with(aliases)).encode()) < 10_000


UNKNOWN_AT_THE_EDGE = {
    "for-of": r"\bfor\s*\([^)]*\bof\b",
    "class": r"\bclass\b",
    "optional chaining": r"\?\.",
    "nullish": r"\?\?",
    "spread or rest in a literal": r"[\[{(,]\s*\.\.\.",
    "destructuring": r"\b(const|let|var)\s*[\[{]",
    "default argument": r"\bfunction\b[^(]*\([^)]*=",
}
"""Features of Node that cloudfront-js-2.0 does not list. CloudFront refuses a function with one of
these at deploy. Source: AWS's page of that runtime, read 2026-11-24."""


@pytest.mark.parametrize("feature", sorted(UNKNOWN_AT_THE_EDGE))
def test_the_function_uses_only_features_of_the_edge_runtime(feature: str) -> None:
    code = re.sub(r"(?<!:)//.*", "", render_edge_function(site_with(ALIASES)))
    assert not re.search(UNKNOWN_AT_THE_EDGE[feature], code)


def test_the_function_uses_the_names_of_the_contract() -> None:
    code = EDGE.read_text()
    assert f"'{contract.POINTER}'" in code
    assert f"'/{contract.RELEASES}'" in code
    assert f"'/{contract.ASSETS}'" in code
    assert len(code.encode()) < 10_000, "CloudFront takes no more than 10 KB"
