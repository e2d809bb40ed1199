"""The report of a sync: what is not public, what keeps its address, and a site without titles."""

import io
from typing import cast

import pytest

from platform_cli.api.operations.content import SyncResult, require_titles
from platform_cli.errors import PlatformError
from platform_cli.operations.content_sync import ProviderSync
from platform_cli.screen import Flags, Screen
from platform_cli.views.vendors import show_sync, sync_data


def test_the_report_names_reasons_and_moves() -> None:
    reading = ProviderSync(
        "decap", 9, 4, 0, left_out={"draft": 3, "password": 1}, moves={"strae": "strasse"}
    )
    err = io.StringIO()
    show_sync(Screen(Flags(), io.StringIO(), err), SyncResult("acme", (reading,), ()))
    text = " ".join(err.getvalue().split())
    assert "decap: 3 not public: draft" in text
    assert "decap: 1 not public: password" in text
    assert "stays at strae; as a new item it would be at strasse" in text


def test_the_data_has_the_counts() -> None:
    data = sync_data(SyncResult("acme", (ProviderSync("decap", 9, 4, 0, 2, {"draft": 3}),), ()))
    (read,) = cast("list[dict[str, object]]", data["read"])
    assert (read["untitled"], read["left_out"], read["moves"]) == (2, {"draft": 3}, {})


def test_a_provider_without_a_single_title_is_an_error() -> None:
    require_titles([ProviderSync("decap", 2, 2, 0, untitled=1), ProviderSync("shop", 0, 0, 0)])
    with pytest.raises(PlatformError) as error:
        require_titles([ProviderSync("decap", 2, 2, 0, untitled=2)])
    (finding,) = error.value.findings
    assert "all 2 items of decap are Untitled" in finding.message
    assert "settings.locale" in finding.hint
