"""An editor's page stands on the site of every engine as it was laid, beside all other pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from platform_cli.engines import Engine
from platform_core import providers
from platform_core.providers.editing import Site as Edited
from tests.engines import feeds
from tests.engines.sites import Site, build

pytestmark = pytest.mark.engine

BRANCH = "live"


def test_an_editor_is_served_as_it_was_laid(
    engine: Engine, built: Callable[[str, str], Site], packages: Path, tmp_path: Path
) -> None:
    settings = providers.settings("decap").Settings.model_validate(
        {"repository": "github:acme/journal", "branch": BRANCH}
    )
    site = Edited("Acme", "https://acme.example", engine.static)
    laid = providers.editor("decap").overlay(settings, site)
    made = build(engine, feeds.empty(), tmp_path / "source", packages, laid)

    plain = built(engine.name, "empty")
    assert made.files == plain.files | {"admin/index.html", "admin/config.yml"}
    assert made.text("index.html") == plain.text("index.html")
    assert made.text("admin/index.html").encode() == laid[site.served("admin/index.html")]
    backend = yaml.safe_load(made.text("admin/config.yml"))["backend"]
    assert backend == {"name": "github", "repo": "acme/journal", "branch": BRANCH}
