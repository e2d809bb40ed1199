"""Compare the acknowledged deliveries with the stored content and the pages."""

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.chaos.record import RecordSummary
from benchmarks.site import CLIENT, Site

FINAL_STATUSES = {"applied", "duplicate"}
"""Final statuses of a delivery. A duplicate's change was stored already."""
BENCHMARK_ITEM = re.compile(r"sanity:chaos-.*\d")
Content = Mapping[str, tuple[int, str]]
"""Content id -> version and title. Deleted items are absent."""


@dataclass(frozen=True, slots=True)
class ContentCheck:
    """The result for all deliveries that were sent to this site so far."""

    finished: set[str]
    """Ids of the deliveries that reached a final status."""
    lost: list[str]
    """Acknowledged deliveries that are not applied, or whose item differs in the table."""
    doubled: list[str]
    """Events, items or URLs that exist twice."""
    wrong_pages: list[str]
    hashes: tuple[str, str]
    """Digests of the expected content and of the content table."""


def wait_until_settled(
    site: Site, all_records: RecordSummary, last_run: RecordSummary, within: float
) -> bool:
    """Wait without help until no work is left and the newest content is on its pages.

    Returns False after `within` seconds.
    """
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        status = site.run_command("status", CLIENT)
        is_idle = status["site"]["state"] == "idle" and not status["pending"]
        if (
            is_idle
            and expected_content(all_records) == stored_content(_list_benchmark_items(site))
            and not find_wrong_pages(site, last_run)
        ):
            return True
        time.sleep(1.5)
    return False


def check_content(site: Site, records: RecordSummary) -> ContentCheck:
    """Compare the current state with the acknowledged deliveries."""
    events = site.run_command("events", CLIENT, "--limit", "1000000")["events"]
    items = _list_benchmark_items(site)
    finished = {event["id"] for event in events if event["status"] in FINAL_STATUSES}
    expected, stored = expected_content(records), stored_content(items)
    names = expected.keys() | stored.keys()
    differing_items = [name for name in names if expected.get(name) != stored.get(name)]
    sitemap = site.http.get(site.site_url + "/sitemap.xml").text
    return ContentCheck(
        finished=finished,
        lost=sorted([*(records.acknowledged - finished), *differing_items]),
        doubled=[
            *_find_duplicates(event_id for event in events for event_id in event["event_ids"]),
            *_find_duplicates(item["content_id"] for item in items),
            *_find_duplicates(item["slug"] for item in items),
            *_find_duplicates(re.findall(r"<loc>([^<]+)</loc>", sitemap)),
        ],
        wrong_pages=find_wrong_pages(site, records),
        hashes=(hash_content(expected), hash_content(stored)),
    )


def expected_content(records: RecordSummary) -> Content:
    """Return the content that the acknowledged deliveries lead to."""
    newest = records.newest_acknowledged_content().items()
    return {f"sanity:{item}": (version, title) for item, (version, title) in newest if title}


def stored_content(items: Iterable[Mapping[str, Any]]) -> Content:
    """Return rows of the content table in the form of the expected content."""
    return {item["content_id"]: (item["version"], item["title"]) for item in items}


def hash_content(content: Content) -> str:
    """Return a short hash of the content."""
    return hashlib.sha256(json.dumps(sorted(content.items())).encode()).hexdigest()[:12]


def find_wrong_pages(site: Site, records: RecordSummary) -> list[str]:
    """Return the items whose page is wrong, missing, or still there after a deletion."""

    def page_is_right(item: str, title: str | None) -> bool:
        page = site.http.get(f"{site.site_url}/articles/{item}/")
        return page.status_code == 404 if title is None else title in page.text

    newest = records.newest_acknowledged_content().items()
    return [item for item, (_, title) in newest if not page_is_right(item, title)]


def _list_benchmark_items(site: Site) -> list[dict[str, Any]]:
    """Return the live items of this benchmark: those whose name ends with a number."""
    items = site.run_command("content", CLIENT)["items"]
    return [
        item
        for item in items
        if item["status"] != "deleted" and BENCHMARK_ITEM.fullmatch(item["content_id"])
    ]


def _find_duplicates(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
