"""Rewrite a recorded delivery for the client's own repository, shop or dataset.

A recording contains the example values of the provider's settings, and the values in its own
`settings`. They are replaced by the client's settings: `fjord-and-fern/journal` in a push becomes
the client's repository.
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
    """Return the delivery that the vendor would send to a client with these settings."""
    fields = providers.load_settings(provider).Settings.model_fields
    defaults = {
        name: field.get_default(call_default_factory=True) for name, field in fields.items()
    }
    examples = {name: field.examples[0] for name, field in fields.items() if field.examples}
    recorded, client = {**defaults, **examples, **delivery.settings}, {**defaults, **settings}
    words: dict[str, str] = {}
    for name in fields:
        words |= _find_replacements(recorded[name], client[name])
    if not words:
        return delivery
    replace_words = _make_replacer(words)
    headers = {name: replace_words(value) for name, value in delivery.headers.items()}
    try:
        body = encode_body(_replace_strings(json.loads(delivery.body), replace_words))
    except ValueError:
        body = delivery.body
    return replace(delivery, headers=headers, body=body)


def _find_replacements(recorded: object, client: object) -> dict[str, str]:
    """Map old text to new: the whole setting, and the part after its scheme (`github:`)."""
    if isinstance(recorded, Mapping) and isinstance(client, Mapping):
        return _match_folders(recorded, client)
    if not (isinstance(recorded, str) and isinstance(client, str)):
        return {}
    if not recorded or not client or recorded == client:
        return {}
    scheme, colon, rest = recorded.partition(":")
    inside = {rest: client.partition(":")[2]} if colon and client.startswith(f"{scheme}:") else {}
    return {recorded: client, **inside}


def _match_folders(recorded: Mapping[str, str], client: Mapping[str, str]) -> dict[str, str]:
    """Map each recorded folder to the client's first folder with the same type of content."""
    by_type = {kind: folder for folder, kind in reversed(list(client.items()))}
    return {
        folder: by_type[kind]
        for folder, kind in recorded.items()
        if folder not in client and kind in by_type
    }


def _make_replacer(words: Mapping[str, str]) -> Callable[[str], str]:
    longest_first = sorted(words, key=len, reverse=True)
    any_of = "|".join(map(re.escape, longest_first))
    pattern = re.compile(rf"(?:^|(?<=[{_EDGE}]))(?:{any_of})(?=[{_EDGE}]|$)")
    return lambda text: pattern.sub(lambda match: words[match[0]], text)


def _replace_strings(value: Any, convert: Callable[[str], str]) -> Any:
    """Replace in values and keys at any depth: some vendors use locales as keys."""
    if isinstance(value, str):
        return convert(value)
    if isinstance(value, list):
        return [_replace_strings(item, convert) for item in value]
    if isinstance(value, dict):
        return {convert(key): _replace_strings(inner, convert) for key, inner in value.items()}
    return value
