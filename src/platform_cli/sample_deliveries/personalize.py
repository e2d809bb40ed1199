"""Makes a recorded delivery one of the client's own project: its repository, shop or dataset.

A recording tells of the project that the examples of the provider's settings describe, and of what
its own `settings` say beyond. Where the client's settings differ, so does what the vendor would
have sent: `fjord-and-fern/journal` in a push becomes the client's own repository.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from platform_cli.sample_deliveries.deliveries import SampleDelivery, encode_body
from platform_core import providers

_EDGE: Final = "/:?&="
"""Delimiters of a name in an address. Words in sentences are never settings."""


def with_client_settings(
    delivery: SampleDelivery, provider: str, settings: Mapping[str, object]
) -> SampleDelivery:
    """The delivery that the vendor would send to a client with these settings."""
    fields = providers.load_settings(provider).Settings.model_fields
    defaults = {name: each.default for name, each in fields.items()}
    examples = {name: each.examples[0] for name, each in fields.items() if each.examples}
    was, own = {**defaults, **examples, **delivery.settings}, {**defaults, **settings}
    words: dict[str, str] = {}
    for name in fields:
        words |= _pairs(was[name], own[name])
    if not words:
        return delivery
    swap = _swap(words)
    headers = {name: swap(value) for name, value in delivery.headers.items()}
    try:
        body = encode_body(_everywhere(json.loads(delivery.body), swap))
    except ValueError:
        body = delivery.body
    return replace(delivery, headers=headers, body=body)


def _pairs(was: object, own: object) -> dict[str, str]:
    """Map old text to new: the whole setting, and the part after its scheme (`github:`)."""
    if not (isinstance(was, str) and isinstance(own, str) and was and own) or was == own:
        return {}
    scheme, colon, rest = was.partition(":")
    inside = {rest: own.partition(":")[2]} if colon and own.startswith(f"{scheme}:") else {}
    return {was: own, **inside}


def _swap(words: Mapping[str, str]) -> Callable[[str], str]:
    longest_first = sorted(words, key=len, reverse=True)
    any_of = "|".join(map(re.escape, longest_first))
    known = re.compile(rf"(?:^|(?<=[{_EDGE}]))(?:{any_of})(?=[{_EDGE}]|$)")
    return lambda text: known.sub(lambda found: words[found[0]], text)


def _everywhere(value: Any, swap: Callable[[str], str]) -> Any:
    """Replace in values and keys at any depth: some vendors use locales as keys."""
    if isinstance(value, str):
        return swap(value)
    if isinstance(value, list):
        return [_everywhere(each, swap) for each in value]
    if isinstance(value, dict):
        return {swap(key): _everywhere(inner, swap) for key, inner in value.items()}
    return value
