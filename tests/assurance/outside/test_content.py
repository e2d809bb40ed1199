"""Hostile, odd and slow content. No vulnerability is known.

The cost of Markdown is counted in calls, because seconds depend on the machine. A Rust library
reads HTML, and a count of calls does not show its work: `python -m
tests.assurance.outside.slow_text` measures it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import outside
from tests.assurance.outside import build_feed, hostile_content
from tests.assurance.outside.slow_text import TEXTS, calls

# --- hostile content ---------------------------------------------------------------------------

PLANTED = {
    "a script": "<p title='a'><script>alert(1)</script>",
    "a handler": "<img alt='x' src='x' onerror=alert(1)>",
    "an address": "<a href=' java\tscript:alert(1)'>j</a>",
    "a frame": "<iframe></iframe>",
    "a refresh": "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "broken data": "<script type='application/ld+json'>{</script>",
    "evaluated": "<p>49</p>",
}


@pytest.mark.parametrize("page", PLANTED.values(), ids=PLANTED)
def test_the_reader_finds_planted_attacks(page: str) -> None:
    assert hostile_content.findings_on(f"<!doctype html>{page}")


def test_no_page_of_hostile_content_runs_anything(hostile_site: Path) -> None:
    assert hostile_content.findings(hostile_site) == []


def test_the_payloads_arrive_on_the_pages_as_text(hostile_site: Path) -> None:
    pages = [file.read_text("utf-8") for file in hostile_site.rglob("*.html")]
    assert len(pages) > 30
    assert sum("{{ 7*7 }}" in page for page in pages) > 20


def test_a_hostile_slug_writes_no_file_beside_the_site(hostile_site: Path) -> None:
    workspace = hostile_site.parents[1]
    assert {each.name for each in workspace.iterdir()} <= {"source", "cache"}


# --- odd slugs and titles ----------------------------------------------------------------------

TITLES = ("12:30", "Yes", "1e3", "  two   spaces ", "Straße & Söhne", "<b>bold</b>", "null", "№ 5")


@pytest.fixture(scope="module")
def odd_feed() -> dict[str, object]:
    """A feed whose titles and slugs look like values of another type."""
    moment = "2026-11-20T10:00:00Z"
    common = {"updated_at": moment, "published_at": moment, "body": "<p>Text.</p>"}
    items = [
        {"id": f"{kind}-{number}", "content_type": kind, "title": title, **common}
        for kind in ("article", "page", "collection")
        for number, title in enumerate(TITLES)
    ]
    return outside.site_feed(items, "Odd")


@pytest.fixture(scope="module")
def odd_site(odd_feed: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the odd feed, built by the fastest engine."""
    if reason := outside.missing_engine("hugo"):
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("odd")
    return outside.build_site("hugo", odd_feed, folder / "source", folder / "cache")


def test_every_page_is_built_with_its_title(odd_feed: dict[str, object], odd_site: Path) -> None:
    assert build_feed.differences(odd_feed, odd_site) == []


def test_a_missing_page_is_reported(odd_feed: dict[str, object], tmp_path: Path) -> None:
    assert len(build_feed.differences(odd_feed, tmp_path)) > 2 * len(TITLES)


# --- the cost of a text ------------------------------------------------------------------------

SIZE = 500
GROWTH = 6.0
"""Calls for four times the text: 4 if the cost is linear, 16 if it is quadratic."""


def growth(read: Callable[[str], str], make: Callable[[int], str]) -> float:
    """Return the ratio of the calls for four times the text."""
    return calls(read, make(4 * SIZE)) / calls(read, make(SIZE))


@pytest.mark.parametrize("make", TEXTS.values(), ids=map(ascii, TEXTS))
def test_four_times_the_markdown_takes_about_four_times_the_calls(
    make: Callable[[int], str],
) -> None:
    assert growth(outside.markdown_to_html, make) < GROWTH


def test_a_reader_of_quadratic_cost_is_noticed() -> None:
    def compare_all(text: str) -> str:
        return "".join(left for left in text for right in text if ord(left) < ord(right))

    assert growth(compare_all, lambda size: "a" * (size // 10)) > GROWTH
