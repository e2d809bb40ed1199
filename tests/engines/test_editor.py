"""An editor's page stands on the site of every engine as it was laid, beside all other pages."""

from collections.abc import Callable

import pytest
import yaml

from platform_cli.engines import Engine
from tests.engines.sites import BRANCH, Site, editor_files

pytestmark = pytest.mark.engine


def test_an_editor_is_served_as_it_was_laid(
    engine: Engine, built: Callable[[str, str], Site]
) -> None:
    """Only the site of the edited feed has an editor, so nothing else may differ but the edit."""
    plain, made = built(engine.name, "numbered"), built(engine.name, "edited")
    laid = editor_files(engine)
    assert made.files == plain.files | {"admin/index.html", "admin/config.yml"}
    assert made.text("index.html") == plain.text("index.html")
    assert [made.text("admin/index.html").encode()] == [
        body for path, body in laid.items() if path.endswith("admin/index.html")
    ]
    backend = yaml.safe_load(made.text("admin/config.yml"))["backend"]
    assert backend == {"name": "github", "repo": "acme/journal", "branch": BRANCH}
