"""Adopt a foreign site, deploy it to the embedded cloud, and change it by a signed delivery.

No file of the site is edited. The client's file gets a CMS, since these sites have none, and the
settings that `sites.toml` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import yaml

from benchmarks.foreign_sites.recipes import Recipe, make_site
from benchmarks.site import Site

CMS: Final = {"provider": "sanity", "settings": {"project_id": "zp7mbokg", "dataset": "production"}}
TITLE: Final = "A change from outside"
MISSING_PAGE: Final = "/no/page/has/this/address/"


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of one site."""

    recipe: Recipe
    facts: Mapping[str, Any]
    """Facts that `platform adopt` found."""
    obstacles: tuple[str, ...]
    """Parts that `platform adopt` says will not work."""
    first_build_seconds: float
    change_build_seconds: float
    shows_change: bool
    """Whether a file of the live site contains the delivered title."""


def try_site(recipe: Recipe, folder: Path, workspace: Path) -> Trial:
    """Take one site through all steps. Raises `AssertionError` or `SystemExit` if one fails.

    The workspace is initialized. The client stays deployed.
    """
    with httpx2.Client(timeout=30, trust_env=False, follow_redirects=True) as http:
        site = Site(workspace, "", "", http)
        adopted = site.run_command("adopt", str(make_site(recipe, folder)), recipe.name,
                                   *recipe.adopt)  # fmt: skip
        assert adopted["facts"]["engine"] == recipe.engine
        complete_client_file(workspace / "clients" / f"{recipe.name}.yaml", recipe)
        before = site_files(workspace, recipe)
        deployed = site.run_command("deploy", recipe.name, "--local", "--yes")
        address = deployed["site_url"].rstrip("/")
        assert http.get(address).status_code == 200
        assert http.get(address + MISSING_PAGE).status_code == 404
        trace = change_by_delivery(site, recipe)
        assert trace["live"]
        assert trace["build"] != deployed["build_id"]
        assert http.get(address).status_code == 200
        assert site_files(workspace, recipe) == before
        shows_change = bool(recipe.shows) and TITLE in http.get(address + recipe.shows).text
        assert shows_change == bool(recipe.shows)
        builds = site.run_command("builds", recipe.name, "--local")["builds"]
    change_build, *_, first_build = builds
    return Trial(
        recipe=recipe,
        facts=adopted["facts"],
        obstacles=tuple(obstacle["message"] for obstacle in adopted["obstacles"]),
        first_build_seconds=first_build["build_seconds"],
        change_build_seconds=change_build["build_seconds"],
        shows_change=shows_change,
    )


def complete_client_file(file: Path, recipe: Recipe) -> None:
    """Add the CMS and the settings that the site needs to the file of its client."""
    client = yaml.safe_load(file.read_text(encoding="utf-8"))
    client["service_integration"]["cms_config"] = CMS
    client["site"] |= recipe.settings
    file.write_text(yaml.safe_dump(client, sort_keys=False), encoding="utf-8")


def change_by_delivery(site: Site, recipe: Recipe) -> dict[str, Any]:
    """Send a signed delivery, wait until its release is live, and return its trace."""
    sent = site.run_command("send", recipe.name, "sanity", "article.published", "--edit",
                            f"title={TITLE}", "--wait", "--local")  # fmt: skip
    return site.run_command("events", recipe.name, sent["delivery_id"], "--local")


def site_files(workspace: Path, recipe: Recipe) -> dict[str, bytes]:
    """Return the files of the site in the workspace, to show that none was edited."""
    folder = workspace / "clients" / recipe.name
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
