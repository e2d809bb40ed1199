"""The events of `platform dev`, in words and as JSON."""

import io
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from platform_cli.api.operations.dev_server import DevEvent, SourceUpdated, UpdateFailed
from platform_cli.deploy.lock import hold_lock, is_held
from platform_cli.errors import PlatformError
from platform_cli.screen import Flags, Screen
from platform_cli.targets.service_errors import plain_errors
from platform_cli.views.streams.dev_server import dev_event_data, show_dev_event


def shown(event: DevEvent) -> str:
    out = io.StringIO()
    show_dev_event(Screen(Flags(), out, io.StringIO()), event)
    return out.getvalue()


def test_a_failure_names_the_file_and_what_to_do() -> None:
    error = PlatformError("no link\x1b[2J", where="site/leads-out", hint="replace it")
    event = UpdateFailed.create(error)
    assert shown(event) == "failed    site/leads-out: no link\\x1b[2J (replace it)\n"


def test_a_failure_is_no_warning_of_every_later_line() -> None:
    screen = Screen(Flags(json=True), io.StringIO(), io.StringIO())
    show_dev_event(screen, UpdateFailed("the cloud does not respond"))
    assert screen.warnings == []


@pytest.mark.parametrize(
    ("path", "needs_restart"),
    [
        ("package.json", True),
        ("apps/web/pnpm-lock.yaml", True),
        ("Gemfile.lock", True),
        ("src/index.md", False),
        ("data/my-package.json", False),
    ],
)
def test_changed_packages_need_a_start(path: str, needs_restart: bool) -> None:
    event = SourceUpdated((path,))
    assert ("start `platform dev` again" in shown(event)) is needs_restart
    assert json.loads(json.dumps(dev_event_data(event)))["needs_restart"] is needs_restart


def test_a_watch_sees_every_expected_error_as_one_kind(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="GetItem failed: ResourceNot"), plain_errors():
        raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetItem")
    with pytest.raises(PlatformError, match="No such file") as failure, plain_errors():
        (tmp_path / "gone").read_text()
    assert failure.value.findings[0].where == str(tmp_path / "gone")


def test_a_lock_says_whether_it_is_held(tmp_path: Path) -> None:
    assert not is_held(tmp_path, "dev-port-3000")
    with hold_lock(tmp_path, "dev-port-3000"):
        assert is_held(tmp_path, "dev-port-3000")
    assert not is_held(tmp_path, "dev-port-3000")
