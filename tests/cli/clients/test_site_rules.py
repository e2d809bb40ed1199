"""`site.redirects` and `site.headers` of a client's file: checked, and packed for the build."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from platform_cli.config.site import SiteConfig
from platform_cli.site_source.rule_files import write_rule_files
from platform_core.hosting.headers_file import read_headers
from platform_core.hosting.redirects_file import read_redirects
from tests.cli.conftest import Call


def site(**settings: Any) -> SiteConfig:
    return SiteConfig.model_validate(settings)


def messages(**settings: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        site(**settings)
    return [error["msg"] for error in caught.value.errors()]


def test_all_wrong_rules_are_reported_at_once() -> None:
    redirects = [
        {"path": "/(a|b)", "to": "/c"},
        {"path": "/old", "to": "https://api.example/", "status": 200},
        {"path": "/fine", "to": "/new"},
    ]
    headers = [{"path": "/*", "values": {"Content-Length": "1"}}]
    found = messages(redirects=redirects, headers=headers)
    assert len(found) == 3
    assert "a regular expression" in found[0]
    assert "a proxy" in found[1]
    assert "CloudFront sets this header itself" in found[2]


def test_cyclic_redirects_are_refused() -> None:
    [found] = messages(redirects=[{"path": "/a", "to": "/b"}, {"path": "/b", "to": "/a"}])
    assert "a cycle: /a -> /b -> /a" in found


def test_more_redirects_than_the_edge_stores_are_refused_with_the_limit() -> None:
    many = [{"path": f"/old/{n}", "to": f"/new/{n}/{'x' * 80}"} for n in range(5_000)]
    [found] = messages(redirects=many)
    assert "at most 350,000" in found
    [found] = messages(redirects=[{"path": f"/{n}", "to": "/new"} for n in range(10_001)])
    assert "10000" in found


def test_the_files_of_the_archive_hold_the_same_rules() -> None:
    settings = site(
        redirects=[
            {"path": "/blog/:slug", "to": "/news/:slug", "status": 302},
            {"path": "/old/*", "to": "https://old.example/:splat", "force": True},
        ],
        headers=[{"path": "/*", "values": {"X-Frame-Options": "DENY", "X-A": "b: c"}}],
    )
    files = {name: text.decode() for name, text in write_rule_files(settings).items()}
    redirects = read_redirects("", files["platform_redirects"])
    headers = read_headers("", files["platform_headers"])
    assert not redirects.refused
    assert not headers.refused
    assert [(r.source, r.target, r.status, r.force) for r in redirects.redirects] == [
        (r.path, r.to, r.status, r.force) for r in settings.redirects
    ]
    assert [dict(rule.headers) for rule in headers.headers] == [settings.headers[0].values]
    assert write_rule_files(site()) == {}


# --- the site's own files ------------------------------------------------------------------------


@pytest.fixture
def folder(workspace: Path) -> Path:
    """Return the folder of a client with a site of its own."""
    folder = workspace / "clients/acme"
    (folder / "public").mkdir()
    (folder / "package.json").write_text('{"dependencies": {"astro": "5.0.0"}}')
    (folder / "package-lock.json").write_text("{}")
    return folder


def test_validate_names_the_lines_that_a_release_leaves_out(folder: Path, call: Call) -> None:
    (folder / "public/_redirects").write_text("/a /b\n/api/* https://api.example/:splat 200\n")
    called = call("validate", "acme")
    assert called.code == 0
    assert "clients/acme/public/_redirects:2" in called.err
    assert "a proxy" in called.err


def test_validate_states_the_limit_of_the_edge(folder: Path, call: Call) -> None:
    many = "".join(f"/old/{number} /new/{number}/{'x' * 80}\n" for number in range(5_000))
    (folder / "public/_redirects").write_text(many)
    called = call("validate", "acme", "--json")
    assert called.code == 2
    assert "at most 350,000" in called.out + called.err
    too_many = "".join(f"/{number} /new\n" for number in range(10_001))
    (folder / "public/_redirects").write_text(too_many)
    called = call("validate", "acme", "--json")
    assert called.code == 2
    assert "public/_redirects" in called.out + called.err
