"""`validate` names the scripts that browsers block, and the setting that allows them."""

from pathlib import Path

import pytest

from tests.cli.conftest import Call

LAYOUT = "layouts/baseof.html"
PLAUSIBLE = (
    '<script defer data-domain="acme.example" src="https://plausible.io/js/script.js"></script>\n'
)


@pytest.fixture
def client(workspace: Path, call: Call) -> Path:
    assert call("new-client", "pear", "--cms", "sanity", "--engine", "hugo", "--no-input").code == 0
    return workspace / "clients"


def add_to_layout(clients: Path, text: str, file: str = LAYOUT) -> None:
    layout = clients / "pear" / file
    layout.parent.mkdir(parents=True, exist_ok=True)
    before = layout.read_text() if layout.exists() else ""
    layout.write_text(text + before)


def set_origins(clients: Path, *origins: str) -> None:
    file = clients / "pear.yaml"
    setting = f"source: local, analytics_origins: [{', '.join(origins)}]"
    file.write_text(file.read_text().replace("source: local", setting))


def test_an_unchanged_starter_has_no_blocked_script(client: Path, call: Call) -> None:
    assert "browsers block" not in call("validate", "pear").err


def test_a_script_of_another_origin_is_named_with_its_line(client: Path, call: Call) -> None:
    add_to_layout(client, "\n" + PLAUSIBLE)
    result = call("validate", "pear")
    assert result.code == 0
    assert f"pear/{LAYOUT}:2: browsers block this script of https://plausible.io" in result.err
    assert "add https://plausible.io to site.analytics_origins" in result.err


def test_an_allowed_script_is_not_named(client: Path, call: Call) -> None:
    add_to_layout(client, PLAUSIBLE)
    set_origins(client, "https://PLAUSIBLE.io/")
    result = call("validate", "pear")
    assert result.code == 0
    assert "browsers block" not in result.err


def test_an_inline_script_is_named(client: Path, call: Call) -> None:
    add_to_layout(client, "<script>count()</script><script type='application/ld+json'>{}</script>")
    set_origins(client, "https://plausible.io")
    result = call("validate", "pear")
    assert result.err.count("browsers block this inline script") == 1
    assert "move it to a file of the site" in result.err


def test_files_without_a_policy_are_not_read(client: Path, call: Call) -> None:
    add_to_layout(client, PLAUSIBLE, "static/admin/index.html")
    assert "browsers block" not in call("validate", "pear").err
    layout = client / "pear" / LAYOUT
    layout.write_text(PLAUSIBLE)
    assert "browsers block" not in call("validate", "pear").err


def test_a_client_without_the_settings_has_none(client: Path, call: Call) -> None:
    text = (client / "pear.yaml").read_text()
    assert "tagline" not in text
    assert "analytics" not in text
