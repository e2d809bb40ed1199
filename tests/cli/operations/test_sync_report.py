"""The report of a sync: what is not public, what keeps its address, and a site without titles."""

import io
from pathlib import Path
from typing import cast

import pytest

from platform_cli.api.operations.content import SyncResult
from platform_cli.errors import Exit
from platform_cli.operations.content_sync import ProviderSync
from platform_cli.screen import Flags, Screen
from platform_cli.targets.deployments import Deployments
from platform_cli.views.vendors import show_sync, sync_data
from platform_core.pipeline.reports import SyncReport
from tests.cli.conftest import Call
from tests.cli.operations.deployed_client import DeployedClient


def test_the_report_names_reasons_and_moves() -> None:
    reading = ProviderSync(
        "decap",
        9,
        4,
        0,
        left_out={"draft": 3, "password": 1},
        moves={"strae": "strasse"},
        passed_over={"a block: empty": 2},
    )
    err = io.StringIO()
    show_sync(Screen(Flags(), io.StringIO(), err), SyncResult("acme", (reading,), ()))
    text = " ".join(err.getvalue().split())
    assert "decap: 3 not on the site: draft" in text
    assert "decap: 1 not on the site: password" in text
    assert "decap: 2 not used: a block: empty" in text
    assert "stays at strae; as a new item it would be at strasse" in text


def test_the_data_has_the_counts() -> None:
    data = sync_data(SyncResult("acme", (ProviderSync("decap", 9, 4, 0, 2, {"draft": 3}),), ()))
    (read,) = cast("list[dict[str, object]]", data["read"])
    assert (read["untitled"], read["left_out"], read["moves"]) == (2, {"draft": 3}, {})


@pytest.mark.parametrize(
    ("untitled", "drafts", "listed", "is_open"),
    [
        (2, 0, 2, True),
        (1, 0, 2, False),
        (3, 1, 4, True),  # The titled item is a draft.
        (0, 1, 1, False),  # Nobody sees the draft.
        (0, 0, 0, False),
    ],
)
def test_a_provider_without_a_single_public_title_is_reported_after_all_numbers(
    untitled: int, drafts: int, listed: int, is_open: bool, monkeypatch: pytest.MonkeyPatch,
    call: Call, workspace: Path,
) -> None:  # fmt: skip
    kept = DeployedClient()
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: kept.deployed())
    left_out = {"draft": drafts} if drafts else {}
    moves = {"strae": "strasse"}
    kept.sync_report = SyncReport("sanity", listed, 7, 0, True, untitled, left_out, moves)
    called = call("sync", "acme", "--provider", "sanity")
    assert (called.code == Exit.FAILURE) is is_open
    assert "stays at strae" in called.err
    warning = f"all {listed - drafts} public items of sanity are Untitled"
    assert (warning in called.err) is is_open
    assert ("settings.locale" in called.err) is is_open
    assert (
        call("sync", "acme", "--provider", "sanity", "--json").json["data"]["read"][0]["written"]
        == 7
    )
