"""Compares what the vendor was promised with what is there."""

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
"""What a delivery is in the end; one whose news was there already is a duplicate."""
State = Mapping[str, tuple[int, str]]
"""Content id -> version and title; what is gone is not in it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """On all that was sent to this site until now."""

    ended: set[str]
    """Ids of the deliveries that are done with."""
    lost: list[str]
    """Acknowledged, and not applied; or acknowledged, and not what the table says."""
    doubled: list[str]
    """Visible twice: an event, an item or an address."""
    wrong_pages: list[str]
    hashes: tuple[str, str]
    """Of the fold of what was acknowledged, and of the content table."""

    @property
    def equal(self) -> bool:
        return self.hashes[0] == self.hashes[1]


def settled(site: Site, whole: Told, newest: Told, within: float) -> bool:
    """Wait until nothing is to be done any more, and the newest is on its pages; nobody helps."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        status = site.platform("status", CLIENT)
        idle = status["site"]["state"] == "idle" and not status["pending"]
        if idle and promised(whole) == stored(_items(site)) and not wrong_pages(site, newest):
            return True
        time.sleep(1.5)
    return False


def judge(site: Site, told: Told) -> Verdict:
    """What there is now, held against what was promised."""
    events = site.platform("events", CLIENT, "--limit", "1000000")["events"]
    items = _items(site)
    ended = {each["id"] for each in events if each["status"] in ENDED}
    wanted, there = promised(told), stored(items)
    astray = [item for item in wanted.keys() | there.keys() if wanted.get(item) != there.get(item)]
    sitemap = site.http.get(site.site_url + "/sitemap.xml").text
    twice = [
        *_twice(event for each in events for event in each["event_ids"]),
        *_twice(each["content_id"] for each in items),
        *_twice(each["slug"] for each in items),
        *_twice(re.findall(r"<loc>([^<]+)</loc>", sitemap)),
    ]
    return Verdict(
        ended=ended,
        lost=sorted([*(told.acknowledged - ended), *astray]),
        doubled=twice,
        wrong_pages=wrong_pages(site, told),
        hashes=(digest(wanted), digest(there)),
    )


def promised(told: Told) -> State:
    """The fold of what was acknowledged, as the content table would have it."""
    fold = told.state().items()
    return {f"sanity:{item}": (version, title) for item, (version, title) in fold if title}


def stored(items: Iterable[Mapping[str, Any]]) -> State:
    """What the content table holds of ours."""
    return {each["content_id"]: (each["version"], each["title"]) for each in items}


def digest(state: State) -> str:
    """A hash of the whole."""
    return hashlib.sha256(json.dumps(sorted(state.items())).encode()).hexdigest()[:12]


def wrong_pages(site: Site, told: Told) -> list[str]:
    """Items that a visitor does not see as they are, or sees though they are gone."""

    def right(item: str, title: str | None) -> bool:
        page = site.http.get(f"{site.site_url}/articles/{item}/")
        return page.status_code == 404 if title is None else title in page.text

    return [item for item, (_, title) in told.state().items() if not right(item, title)]


def _items(site: Site) -> list[dict[str, Any]]:
    """Those that live and are of this benchmark: a name with a number at its end."""
    rows = site.platform("content", CLIENT)["items"]
    ours: Callable[[str], object] = re.compile(r"sanity:chaos-.*\d").fullmatch
    return [each for each in rows if each["status"] != "deleted" and ours(each["content_id"])]


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
