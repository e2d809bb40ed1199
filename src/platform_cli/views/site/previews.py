"""Views of previews."""

from collections.abc import Sequence

from platform_cli.api.releases.previews import PreviewSummary, StartedPreview
from platform_cli.sanitize import one_line
from platform_cli.screen import Screen
from platform_core.contract.status import PreviewStatus


def show_started_preview(screen: Screen, preview: StartedPreview) -> None:
    """Show the address of a preview, which is not shown again."""
    is_ready = preview.status == PreviewStatus.READY
    screen.say(f"Preview {preview.id}" + ("" if is_ready else f" is {preview.status}"))
    screen.say(f"{preview.url}")
    screen.say(
        f"Open until {(preview.ends_at or '')[:16]} UTC for everybody who has this address. "
        "It is not shown again."
    )


def show_previews(screen: Screen, client: str, previews: Sequence[PreviewSummary]) -> None:
    """Show the previews as a table."""
    if not previews:
        screen.say(f"{client} has no previews.")
        return
    rows = [
        [p.id, p.status, (p.ends_at or "")[:16], one_line(p.label), one_line(p.reason or "")]
        for p in previews
    ]
    screen.table("Previews", ["id", "status", "ends (UTC)", "source", "reason"], rows)
