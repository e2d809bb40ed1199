"""View of a development server: its address, its output and the changes that it takes over."""

from dataclasses import asdict
from typing import assert_never

from platform_cli.api.operations.dev_server import (
    ContentUpdated,
    DevEvent,
    ServerOutput,
    ServerReady,
    SourceUpdated,
    UpdateFailed,
)
from platform_cli.sanitize import one_line
from platform_cli.screen import Data, Screen
from platform_cli.views.layout import count_noun

MAX_PATHS = 3


def show_dev_event(screen: Screen, event: DevEvent) -> None:
    """Show one event in a line."""
    match event:
        case ServerReady(url, is_isolated):
            screen.write(f"Serving at {url}")
            if not is_isolated:
                screen.warn("no sandbox isolates the site's code: `platform doctor` says more")
        case ContentUpdated(change, items, seconds):
            counted = count_noun(items, "item")
            screen.write(f"content   {counted}, up to change {change} ({seconds:.2f} s)")
        case SourceUpdated(paths):
            more = f" and {len(paths) - MAX_PATHS} more" if len(paths) > MAX_PATHS else ""
            screen.write(one_line(f"source    {', '.join(paths[:MAX_PATHS])}{more}"))
            if event.needs_restart:
                screen.write("          packages have changed: start `platform dev` again")
        case ServerOutput(line):
            screen.write(one_line(f"          {line}".rstrip()))
        case UpdateFailed(reason):
            # No warning: under --json, every later line would repeat it.
            screen.write(one_line(f"failed    {reason}"))
        case _:
            assert_never(event)


def dev_event_data(event: DevEvent) -> Data:
    """Return an event as JSON data."""
    kinds = {
        ServerReady: "ready",
        ContentUpdated: "content",
        SourceUpdated: "source",
        ServerOutput: "output",
        UpdateFailed: "failed",
    }
    more = {"needs_restart": event.needs_restart} if isinstance(event, SourceUpdated) else {}
    return {"kind": kinds[type(event)], **asdict(event), **more}
