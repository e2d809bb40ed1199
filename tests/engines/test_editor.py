"""The editor's page is served unchanged on the site of every engine, beside all other pages."""

from collections.abc import Callable

import pytest
import yaml

from platform_cli.engines import Engine
from tests.engines.sites import BRANCH, Site, editor_files

pytestmark = pytest.mark.engine


def test_an_editor_page_is_served_unchanged(
    engine: Engine, built: Callable[[str, str], Site]
) -> None:
    """Only the site of the edited feed has an editor, so nothing else may differ but the edit."""
    plain, edited = built(engine.name, "numbered"), built(engine.name, "edited")
    laid = editor_files(engine)
    assert edited.files == plain.files | {"admin/index.html", "admin/config.yml"}
    assert edited.text("index.html") == plain.text("index.html")
    assert [edited.text("admin/index.html").encode()] == [
        body for path, body in laid.items() if path.endswith("admin/index.html")
    ]
    backend = yaml.safe_load(edited.text("admin/config.yml"))["backend"]
    assert backend == {"name": "github", "repo": "acme/journal", "branch": BRANCH}
