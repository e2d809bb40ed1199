"""`validate` shows the content that is not on a deployed site, as it was noted last."""

from pathlib import Path

import pytest

from platform_cli.api.clients.content_reports import note_report, read_noted_report
from platform_cli.blueprint.model import Names
from platform_cli.errors import Exit
from platform_cli.targets.deployments import Deployments
from platform_cli.workspace import STATE_FOLDER, Workspace, content_report_file
from platform_core.pipeline.build.batching import SiteState
from tests.cli.conftest import Call

NAMES = Names("acme", "prod", "acme-prod", "Acme-Prod", "a_stack")
SITE = SiteState(
    left_out={"draft": 2, "password": 1},
    passed_over={"a block: empty": 4},
    moves={"strae": "strasse"},
    content_read_at=1_800_000_000.0,
)


def test_validate_shows_the_noted_report(workspace: Path, call: Call) -> None:
    note_report(Workspace(workspace), "acme", "prod", SITE)
    called = call("validate", "acme")
    assert called.code == Exit.OK
    text = " ".join((called.out + called.err).split())
    assert "acme (prod), as of 2027-01-15T08:00:00Z: 3 items not on the site: draft (2)" in text
    assert "strae would be strasse as a new item" in text
    (client,) = call("validate", "acme", "--json").json["data"]["clients"]
    assert client["content"]["prod"] == {
        "read_at": "2027-01-15T08:00:00.000Z",
        "left_out": {"draft": 2, "password": 1},
        "passed_over": {"a block: empty": 4},
        "moves": {"strae": "strasse"},
    }


def test_a_reason_of_a_vendor_cannot_imitate_another_line(workspace: Path, call: Call) -> None:
    forged = SiteState(left_out={"draft\nok  acme": 1}, content_read_at=1_800_000_000.0)
    note_report(Workspace(workspace), "acme", "prod", forged)
    called = call("validate", "acme")
    assert "draft\\nok  acme" in called.out + called.err


def test_a_client_that_was_never_built_has_none(workspace: Path, call: Call) -> None:
    note_report(Workspace(workspace), "acme", "prod", SiteState())
    (client,) = call("validate", "acme", "--json").json["data"]["clients"]
    assert client["content"] == {}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"read_at": 5}', '{"left_out": 1}', "\xff"])
def test_a_damaged_note_is_no_error(workspace: Path, call: Call, text: str) -> None:
    file = content_report_file(workspace / STATE_FOLDER, "acme", "prod")
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="latin-1")
    assert read_noted_report(Workspace(workspace), "acme", "prod") is None
    assert call("validate", "acme").code == Exit.OK


def test_a_destroyed_client_has_no_note(workspace: Path) -> None:
    note_report(Workspace(workspace), "acme", "prod", SITE)
    Deployments(workspace / STATE_FOLDER).delete_record(NAMES)
    assert read_noted_report(Workspace(workspace), "acme", "prod") is None
