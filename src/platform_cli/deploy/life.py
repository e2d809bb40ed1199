"""A delivery's life after it was applied: which build covers it, and since when visitors see it.

Nothing is kept for this. A delivery notes the site's count of changes that it raised, a build and a
release the count that they hold; so the first build of at least that count is the one.
"""

from dataclasses import asdict, dataclass
from typing import Any

from platform_cli.deploy import inbox, release, rows
from platform_cli.deploy.deployment import Deployed
from platform_cli.deploy.rows import Row
from platform_core import contract

RELEASING = frozenset({"succeeded", "skipped"})
"""Builds after which the newest release holds what they cover."""


@dataclass(frozen=True, slots=True)
class Life:
    """Null is what has not happened, or changes no page."""

    build: str | None = None
    build_status: str | None = None
    release: str | None = None
    live_at: str | None = None
    """When the pointer had moved to the release."""
    live: bool = False
    """Whether visitors see it now."""

    def data(self) -> dict[str, Any]:
        return asdict(self)


def of(found: Deployed, row: Row) -> Life:
    """The life of a kept delivery, as far as it went."""
    changed = row.get("changed")
    if changed is None:
        return Life()
    covering = _covering(found, int(changed))
    if covering is None:
        return Life()
    done = covering["status"] in RELEASING
    live = done and _live(found, int(changed))
    return Life(
        build=covering["id"],
        build_status=covering["status"],
        release=covering.get("release"),
        live_at=covering.get("finished_at") if live else None,
        live=live,
    )


def words(found: Deployed, wanted: str, *, since: float) -> tuple[str, ...]:
    """What the log lines of one delivery name: its id, its request's and its build's. It is found
    by its own id, or by that of its request, which its sender was told, if it came in since then.
    Whatever is neither stands for itself."""
    has_inbox = contract.OUT_INBOX_TABLE in found.stack.outputs
    row = _delivery(found, wanted, since) if has_inbox else None
    if row is None:
        return (wanted,)
    known = (wanted, row[contract.INBOX_KEY], row.get("request_id"), of(found, row).build)
    return tuple(dict.fromkeys(str(word) for word in known if word))


def _delivery(found: Deployed, wanted: str, since: float) -> Row | None:
    if "#" in wanted:
        return inbox.row(found, wanted)
    recent = inbox.recent(found, since=since)
    listed = next((each for each in recent if each.get("request_id") == wanted), None)
    return inbox.row(found, listed[contract.INBOX_KEY]) if listed else None


def _covering(found: Deployed, changed: int) -> Row | None:
    """The first build that released the change, else the newest that tried to."""
    newest: Row | None = None
    first: Row | None = None
    for build in release.history(found, contract.BUILD_ROW):
        if int(build.get("covers", 0)) < changed:
            break
        newest = newest or build
        first = build if build["status"] in RELEASING else first
    return first or newest


def _live(found: Deployed, changed: int) -> bool:
    """Whether the release that visitors see holds the change."""
    site = release.site(found)
    table, live = found.output(contract.OUT_SITE_TABLE), site.text("live")
    if live is None or not site.shows(changed):
        return False
    key = {contract.SITE_KEY: contract.RELEASE_ROW, contract.SITE_SORT: live}
    held = rows.get(found.target, table, **key) or {}
    return not site.pinned or int(held.get("covers", 0)) >= changed
