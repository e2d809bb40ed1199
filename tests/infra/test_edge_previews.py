"""The edge function, run by Node, leads to previews by the same table as the local site server."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from platform_cli.blueprint.model import Site
from platform_cli.config.aliases import MAX_CHARACTERS_WITH_PREVIEWS
from platform_cli.infra.edge import render_edge_function
from platform_core import contract
from tests.infra.test_edge import ALIASES, UNKNOWN_AT_THE_EDGE, at_the_edge, site_with
from tests.preview_entries import STORE

ROUTES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "preview_routes.json").read_text()
)
COOKIE = "preview-acme-prod"
UNLISTED = {
    "cache-control": {"value": "no-store"},
    "x-robots-tag": {"value": "noindex"},
    "referrer-policy": {"value": "no-referrer"},
}


def site_with_previews(*, has_rules: bool, aliases: tuple[str, ...] = ()) -> Site:
    return replace(site_with(aliases), preview_cookie=COOKIE, has_rules=has_rules)


def visit(rows: list[dict[str, Any]], site: Site) -> list[dict[str, Any]]:
    asked = [
        {
            **row,
            "pointer": "r1",
            "store": STORE,
            "host": "acme.example",
            "cookies": {COOKIE: {"value": row["cookie"]}} if row["cookie"] else {},
        }
        for row in rows
    ]
    return at_the_edge(asked, render_edge_function(site))


@pytest.mark.parametrize("has_rules", [False, True])
@pytest.mark.parametrize("aliases", [(), ALIASES])
def test_visitors_are_led_by_the_table(has_rules: bool, aliases: tuple[str, ...]) -> None:
    answers = visit(ROUTES, site_with_previews(has_rules=has_rules, aliases=aliases))
    for row, answer in zip(ROUTES, answers, strict=True):
        if "key" in row:
            assert unquote(answer["uri"]) == "/" + row["key"], row
        elif "redirect" in row:
            assert answer["statusCode"] == 301, row
            assert answer["headers"]["location"]["value"] == row["redirect"], row
        elif "opens" in row:
            assert answer["statusCode"] == 302, row
            assert answer["headers"] == {"location": {"value": "/"}, **UNLISTED}, row
            cookie = answer["cookies"][COOKIE]
            assert cookie["value"] == row["opens"], row
            assert cookie["attributes"].startswith("Path=/; HttpOnly; Secure; SameSite=Lax;"), row
            assert cookie["attributes"].endswith("Max-Age=0") == (row["opens"] == ""), row
        else:
            assert answer["statusCode"] == row["status"], row


@pytest.mark.parametrize(("cookie", "headers"), [("", {}), ("good", UNLISTED), ("x", UNLISTED)])
def test_an_answer_to_a_visitor_with_the_cookie_is_kept_nowhere(
    cookie: str, headers: dict[str, Any]
) -> None:
    row = {"path": "/tea/", "cookie": cookie, "response": {"statusCode": 200, "headers": {}}}
    [answer] = visit([row], site_with_previews(has_rules=False))
    assert answer["headers"] == headers


def test_a_store_that_cannot_be_read_keeps_the_live_site_reachable() -> None:
    """The pointer cannot be read either, so the visitor is asked to come again."""
    [answer] = visit(
        [{"path": "/", "cookie": "good", "fault": "exists"}], site_with_previews(has_rules=False)
    )
    assert answer["statusCode"] == 503


@pytest.mark.parametrize("feature", sorted(UNKNOWN_AT_THE_EDGE))
def test_the_function_uses_only_features_of_the_edge_runtime(feature: str) -> None:
    code = render_edge_function(site_with_previews(has_rules=True, aliases=ALIASES))
    assert not re.search(UNKNOWN_AT_THE_EDGE[feature], code)


def test_the_longest_function_fits() -> None:
    aliases = tuple(
        f"{number}{'a' * (MAX_CHARACTERS_WITH_PREVIEWS // 10 - 1)}" for number in range(10)
    )
    code = render_edge_function(site_with_previews(has_rules=True, aliases=aliases))
    assert len(code.encode()) < 10_000, "CloudFront takes no more than 10 KB"


def test_the_function_uses_the_names_of_the_contract() -> None:
    code = render_edge_function(site_with_previews(has_rules=False))
    for name in (contract.PREVIEW_PATH, f"/{contract.PREVIEWS}", contract.PREVIEW_ENTRY):
        assert f"'{name}'" in code
