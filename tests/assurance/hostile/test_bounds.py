"""Limits on the cost of hostile text. `benchmarks.bounds` measures its growth with the size."""

import json
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from platform_core import providers
from platform_core.content import html
from platform_core.errors import Malformed, PipelineError
from platform_core.provider_kit import parsing
from platform_core.webhooks.body import strict_json
from tests.fakes import vendors

LISTS = ("[[],", '[{"":{}},', "[0,")


@pytest.mark.parametrize("given", ["1e99999999", "-1E999999999999", "9" * 4000, "1e-99999999"])
def test_a_number_of_a_million_digits_is_not_parsed(given: str) -> None:
    assert parsing.parse_integer(given) is None
    assert parsing.parse_pixels(given) is None
    assert parsing.parse_amount(given) in {None, 0}


def test_a_text_of_too_many_elements_is_malformed() -> None:
    with pytest.raises(Malformed, match="elements"):
        html.sanitize("<div>" * 20_001)
    assert html.sanitize("<p>a</p>" * 20_000)


# --- memory --------------------------------------------------------------------------------------


def peak(run: Callable[[], object]) -> int:
    """Return the peak memory in bytes."""
    tracemalloc.start()
    try:
        with suppress(PipelineError):
            run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("unit", LISTS)
def test_json_of_nested_containers_uses_little_memory(unit: str) -> None:
    """The largest JSON of nested containers, 4 MB, fits into the function's memory."""
    body = b"[" + (unit[1:] * 60_000).encode().rstrip(b",") + b"]"
    assert peak(lambda: strict_json(body)) < 60 * len(body)


def blown_up(value: Any, by: str) -> Any:
    """Lengthen every text of more than one word."""
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


@pytest.mark.parametrize("name", providers.provider_names())
def test_a_long_delivery_uses_memory_in_proportion_to_its_size(name: str) -> None:
    for world, made in long_deliveries(name):
        taken = peak(partial(world.changes, made))
        assert taken < 20 * max(len(made.body), 100_000)
