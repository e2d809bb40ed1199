"""What hostile text costs grows with its size, and no faster: in time, and in memory.

Time is a ratio of CPU: four times the text, where a square would be sixteen times the work.
"""

import json
import time
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from platform_core import markup, providers
from platform_core.content import slugify
from platform_core.errors import Malformed, PipelineError
from platform_core.providers import reading
from platform_core.webhook import strict_json
from tests.core import vendors

HTML = ("<div>", "<ul><li>", "<table>x", "<b>", "<p a='", "<!--", "&#x", "</p>", "<svg><g>")
MARKDOWN = ("[", "![", "[a](", "*a **b ", "`", "> ", "- ", "<!-- ", "[a]", "a\n---\n", "|a|\n|-|\n")
PLAIN = ("\n", " \n", "a ", "\u0301", "\ufdfa", "--", "\x00", "\ud800")
RESTLESS = 0.02
"""Seconds below which a machine's own noise is larger than what is measured."""
LISTS = ("[[],", '[{"":{}},', "[0,")


def seconds(read: Callable[[str], object], text: str) -> float:
    """Of CPU, the best of two; a text that is turned away counts as read."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        with suppress(Malformed):
            read(text)
        taken.append(time.process_time() - began)
    return min(taken)


def assert_linear(read: Callable[[str], object], unit: str, size: int) -> None:
    short, long = (unit * (each // len(unit)) for each in (size, 4 * size))
    assert seconds(read, long) < 9 * max(seconds(read, short), RESTLESS)


@pytest.mark.parametrize("unit", HTML)
@pytest.mark.parametrize("read", [markup.sanitize, markup.as_text])
def test_html_is_read_in_time(read: Callable[[str], str], unit: str) -> None:
    assert_linear(read, unit, 200_000)


@pytest.mark.parametrize("unit", MARKDOWN)
def test_markdown_is_read_in_time(unit: str) -> None:
    assert_linear(markup.from_markdown, unit, 8_000)


@pytest.mark.parametrize("unit", PLAIN)
def test_text_is_read_in_time(unit: str) -> None:
    for read in (markup.from_text, reading.text, reading.texts, lambda text: slugify(text, "x")):
        assert_linear(read, unit, 100_000)


@pytest.mark.parametrize("given", ["1e99999999", "-1E999999999999", "9" * 4000, "1e-99999999"])
def test_a_number_of_a_million_digits_is_none(given: str) -> None:
    assert_linear(reading.whole, given, len(given))
    assert reading.whole(given) is None
    assert reading.pixels(given) is None
    assert reading.money(given) in {None, 0}


def test_a_text_of_too_many_elements_is_no_page() -> None:
    with pytest.raises(Malformed, match="elements"):
        markup.sanitize("<div>" * 20_001)
    assert markup.sanitize("<p>a</p>" * 20_000)


# --- memory --------------------------------------------------------------------------------------


def peak(run: Callable[[], object]) -> int:
    """Bytes."""
    tracemalloc.start()
    try:
        with suppress(PipelineError):
            run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("unit", LISTS)
def test_json_of_nothing_but_containers_takes_no_machine(unit: str) -> None:
    """The worst that the door reads: 4 MB of it fit into the function's memory."""
    body = b"[" + (unit[1:] * 60_000).encode().rstrip(b",") + b"]"
    assert peak(lambda: strict_json(body)) < 60 * len(body)


def blown_up(value: Any, by: str) -> Any:
    """Every text of more than a word, much longer."""
    if isinstance(value, dict):
        return {name: blown_up(each, by) for name, each in value.items()}
    if isinstance(value, list):
        return [blown_up(each, by) for each in value]
    return value + by if isinstance(value, str) and " " in value else value


def long_deliveries(name: str) -> Iterable[tuple[vendors.World, Any]]:
    for event, recording in vendors.recordings(name).items():
        if "body" in recording:
            world = vendors.World(name, vendors.settings_of(name, event))
            body = json.dumps(blown_up(recording["body"], "<p>a</p>" * 10_000)).encode()
            made = vendors.request(body, recording["headers"])
            yield world, vendors.signed(name, made, settings=world.settings)


@pytest.mark.parametrize("name", providers.names())
def test_a_long_delivery_takes_a_few_times_its_size(name: str) -> None:
    for world, made in long_deliveries(name):
        taken = peak(partial(world.changes, made))
        assert taken < 20 * max(len(made.body), 100_000)
