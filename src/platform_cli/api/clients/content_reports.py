"""The content that is not on a deployed site, as of its last build.

`status`, `deploy` and `build` read it from the deployed client and note it in the workspace, so
that `validate` shows it without asking a cloud.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from pydantic import TypeAdapter, ValidationError

from platform_cli.times import format_time
from platform_cli.workspace import (
    STATE_FOLDER,
    Workspace,
    content_report_file,
    write_atomically,
)
from platform_core.pipeline.build.batching import SiteState


@dataclass(frozen=True, slots=True)
class SiteContentReport:
    """The content that is not on a site, and the items that keep an older address."""

    read_at: str
    """Time of the reading, ISO 8601 UTC."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Numbers of items, by the reason why they are not on the site."""
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """Numbers of documents and parts of texts that could not be used, by reason."""
    moves: Mapping[str, str] = field(default_factory=dict)
    """Slugs that items keep, and those that they would have as new items."""


_REPORT: Final = TypeAdapter(SiteContentReport)


def make_report(site: SiteState) -> SiteContentReport | None:
    """Return the report of a site's row; None before a build has read the content."""
    read_at = format_time(site.content_read_at)
    if read_at is None:
        return None
    return SiteContentReport(read_at, site.left_out or {}, site.passed_over or {}, site.moves or {})


def note_report(workspace: Workspace, client: str, environment: str, site: SiteState) -> None:
    """Keep the report of a site's row in the workspace."""
    report = make_report(site)
    if report is not None:
        workspace.ensure_state_folder("content")
        file = content_report_file(workspace.root / STATE_FOLDER, client, environment)
        write_atomically(file, json.dumps(asdict(report), indent=2))


def read_noted_report(
    workspace: Workspace, client: str, environment: str
) -> SiteContentReport | None:
    """Return the report that was noted last; None if there is none, or it cannot be read."""
    file = content_report_file(workspace.root / STATE_FOLDER, client, environment)
    try:
        return _REPORT.validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None
