"""Compare the acknowledged deliveries with the stored content and the pages."""

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.chaos.record import Told
from benchmarks.site import CLIENT, Site

ENDED = {"applied", "duplicate"}
"""Final statuses of a delivery. A duplicate's change was stored already."""
State = Mapping[str, tuple[int, str]]
"""Content id -> version and title. Deleted items are absent."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on all deliveries that were sent to this site so far."""

    ended: set[str]
    """Ids of the deliveries that are finished."""
    lost: list[str]
    """Acknowledged deliveries that are not applied, or whose item differs in the table."""
    doubled: list[str]
    """Events, items or URLs that exist twice."""
    wrong_pages: list[str]
    hashes: tuple[str, str]
    """Digests of the expected content and of the content table."""

    @property
    def equal(self) -> bool:
        return self.hashes[0] == self.hashes[1]


def settled(site: Site, whole: Told, newest: Told, within: float) -> bool:
    """Wait without help until no work is left and the newest content is on its pages."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        status = site.platform("status", CLIENT)
        idle = status["site"]["state"] == "idle" and not status["pending"]
        if (
            idle
            and expected_content(whole) == stored(_list_benchmark_items(site))
            and not wrong_pages(site, newest)
        ):
            return True
        time.sleep(1.5)
    return False


def judge(site: Site, told: Told) -> Verdict:
    """Compare the current state with the acknowledged deliveries."""
    events = site.platform("events", CLIENT, "--limit", "1000000")["events"]
    items = _list_benchmark_items(site)
    ended = {each["id"] for each in events if each["status"] in ENDED}
    wanted, there = expected_content(told), stored(items)
    astray = [item for item in wanted.keys() | there.keys() if wanted.get(item) != there.get(item)]
    sitemap = site.http.get(site.site_url + "/sitemap.xml").text
    twice = [
        *_find_duplicates(event for each in events for event in each["event_ids"]),
        *_find_duplicates(each["content_id"] for each in items),
        *_find_duplicates(each["slug"] for each in items),
        *_find_duplicates(re.findall(r"<loc>([^<]+)</loc>", sitemap)),
    ]
    return Verdict(
        ended=ended,
        lost=sorted([*(told.acknowledged - ended), *astray]),
        doubled=twice,
        wrong_pages=wrong_pages(site, told),
        hashes=(digest(wanted), digest(there)),
    )


def expected_content(told: Told) -> State:
    """Return the content that the acknowledged deliveries lead to."""
    fold = told.state().items()
    return {f"sanity:{item}": (version, title) for item, (version, title) in fold if title}


def stored(items: Iterable[Mapping[str, Any]]) -> State:
    """Return this benchmark's part of the content table."""
    return {each["content_id"]: (each["version"], each["title"]) for each in items}


def digest(state: State) -> str:
    """Return a hash of the content."""
    return hashlib.sha256(json.dumps(sorted(state.items())).encode()).hexdigest()[:12]


def wrong_pages(site: Site, told: Told) -> list[str]:
    """Return the items whose page is wrong, missing, or still there after a deletion."""

    def right(item: str, title: str | None) -> bool:
        page = site.http.get(f"{site.site_url}/articles/{item}/")
        return page.status_code == 404 if title is None else title in page.text

    return [item for item, (_, title) in told.state().items() if not right(item, title)]


def _list_benchmark_items(site: Site) -> list[dict[str, Any]]:
    """Return the live items of this benchmark: those whose name ends with a number."""
    rows = site.platform("content", CLIENT)["items"]
    ours: Callable[[str], object] = re.compile(r"sanity:chaos-.*\d").fullmatch
    return [row for row in rows if row["status"] != "deleted" and ours(row["content_id"])]


def _find_duplicates(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
