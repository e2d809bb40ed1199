"""A recorded delivery, made fresh, signed like the vendor would, and posted.

The recordings are the provider's own (`deliveries/<event>.json` of its folder); nothing here knows
any provider by name.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from inspect import getfile
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from platform_cli.config.new_client_file import example_value, required_settings
from platform_cli.errors import UsageError
from platform_core import providers
from platform_core.webhooks.request import Request

TIMEOUT_SECONDS: Final = 15.0
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_CHANGED: Final = re.compile(r"updated|modified|timestamp|pushed")
"""In the name of a time that every change makes new."""
_THIS_CENTURY: Final = 10**9
"""Seconds since 1970 from which on a number may be a time."""


@dataclass(frozen=True, slots=True)
class SampleDelivery:
    """One delivery as a vendor would send it, not signed yet."""

    event: str
    headers: Mapping[str, str]
    body: bytes
    settings: Mapping[str, object] = field(default_factory=dict)
    """Of the client that it was recorded for, where they are not the provider's examples."""


@dataclass(frozen=True, slots=True)
class DeliveryResponse:
    """The response to one delivery."""

    status: int
    body: str
    seconds: float
    delivery_id: str
    """The inbox key that this delivery has, if it is kept."""


def list_events(provider: str) -> tuple[str, ...]:
    """The recorded events of a provider, as its vendor or a person names them."""
    return tuple(sorted(json.loads(file.read_text())["event"] for file in _files(provider)))


@dataclass(frozen=True, slots=True)
class SampleItem:
    """A recording that brings one item to a site, under a title that stands in its body."""

    provider: str
    event: str
    kind: str
    """`article`, `page`, `product`, ..."""
    title: str


def list_sample_items(provider: str, settings: Mapping[str, object]) -> Iterator[SampleItem]:
    """Yield the items in a provider's recordings for these settings, by file name."""
    for known in (json.loads(file.read_text()) for file in _files(provider)):
        match known["becomes"]:
            case [{"upsert": {"content_type": kind, "title": title}}] if title in str(
                known.get("body")
            ) and _is_for(known, provider, settings):
                yield SampleItem(provider, known["event"], kind, title)


def load_recording(provider: str, event: str) -> SampleDelivery:
    """The recording of an event; dots and slashes in its name are the same."""
    for file in _files(provider):
        known = json.loads(file.read_text())
        if event.replace("/", ".") in {known["event"].replace("/", "."), file.stem}:
            return _read(known)
    listed = list_events(provider)
    near = get_close_matches(event, listed, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(listed)}"
    raise UsageError(f"{provider} has no recorded event {event!r}", hint=hint)


def load_file(path: Path, event: str) -> SampleDelivery:
    """A body of one's own: a recording like ours, or the body itself."""
    raw = path.read_bytes()
    try:
        read = json.loads(raw)
    except ValueError:
        read = None
    if isinstance(read, dict) and "event" in read and {"body", "body_text"} & read.keys():
        return _read(read)
    return SampleDelivery(event, {"content-type": "application/json"}, raw)


def with_edits(delivery: SampleDelivery, edits: Mapping[str, str]) -> SampleDelivery:
    """With fields of the body set: `title`, or a path such as `variants.0.price`."""
    if not edits:
        return delivery
    body = json.loads(delivery.body)
    for path, value in edits.items():
        _set(body, path, value)
    return replace(delivery, body=encode_body(body))


def with_title(delivery: SampleDelivery, title: str, other: str) -> SampleDelivery:
    """Replace the title everywhere in the body."""
    return replace(delivery, body=encode_body(_replaced(json.loads(delivery.body), title, other)))


def with_current_times(delivery: SampleDelivery, now: datetime) -> SampleDelivery:
    """Set times and revisions to those of an edit made now."""
    try:
        body = json.loads(delivery.body)
    except ValueError:
        return delivery
    return replace(delivery, body=encode_body(_fresh(body, now)))


def sign_request(
    delivery: SampleDelivery, provider: str, settings: Mapping[str, object], secret: str, now: float
) -> Request:
    """The request that the vendor would send to a client with these settings."""
    request = Request(
        method="POST",
        path=f"/webhooks/{provider}",
        headers={name.lower(): value for name, value in delivery.headers.items()},
        body=delivery.body,
        received_at=now,
    )
    scheme = providers.load_webhook(provider).SIGNATURE.bind(settings)
    proof = scheme.sign(request, secret.encode(), now)
    lower = {name.lower(): value for name, value in proof.items()}
    return replace(request, headers={**request.headers, **lower})


def post_request(
    request: Request, provider: str, base_url: str, clock: Callable[[], float]
) -> DeliveryResponse:
    """Post the request to the client. Raises if there is no response."""
    import httpx2

    key = providers.load_webhook(provider).delivery_key(request)
    started = clock()
    answer = httpx2.post(
        f"{base_url}/{provider}",
        content=request.body,
        headers=dict(request.headers),
        timeout=TIMEOUT_SECONDS,
    )
    return DeliveryResponse(answer.status_code, answer.text, clock() - started, f"{provider}#{key}")


def _files(provider: str) -> list[Path]:
    folder = Path(getfile(providers.load_webhook(provider))).parent / "deliveries"  # type: ignore[arg-type]
    return sorted(folder.glob("*.json"))


def _is_for(known: Mapping[str, Any], provider: str, settings: Mapping[str, object]) -> bool:
    """Whether a vendor proves it as this client's does: one has several doors for its webhooks."""
    scheme = providers.load_webhook(provider).SIGNATURE
    examples = {key: example_value(provider, key) for key in required_settings(provider)}
    theirs = {**examples, **known.get("settings", {})}
    return scheme.bind(theirs) == scheme.bind(settings)


def _read(known: Mapping[str, Any]) -> SampleDelivery:
    body = known["body_text"].encode() if "body_text" in known else encode_body(known["body"])
    return SampleDelivery(
        str(known["event"]), dict(known.get("headers", {})), body, dict(known.get("settings", {}))
    )


def encode_body(body: object) -> bytes:
    """A body as vendors write it: without spaces."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _set(body: Any, path: str, value: str) -> None:
    *parents, last = path.split(".")
    place = body
    try:
        for name in parents:
            place = place[int(name)] if isinstance(place, list) else place[name]
        key = int(last) if isinstance(place, list) else last
        before = place[key]
    except (LookupError, ValueError, TypeError):
        fields = ", ".join(sorted(body)) if isinstance(body, dict) else "none"
        raise UsageError(f"the body has no field {path!r}", hint=f"it has: {fields}") from None
    place[key] = value if isinstance(before, str) else _like(value)


def _like(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _replaced(value: Any, text: str, other: str) -> Any:
    match value:
        case str():
            return value.replace(text, other)
        case list():
            return [_replaced(item, text, other) for item in value]
        case dict():
            return {key: _replaced(inner, text, other) for key, inner in value.items()}
        case _:
            return value


def _fresh(value: Any, now: datetime) -> Any:
    """Times of an update become now, and revision ids new ones, at any depth."""
    if isinstance(value, list):
        return [_fresh(item, now) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _fresh_field(key, inner, now) for key, inner in value.items()}


def _fresh_field(key: str, value: Any, now: datetime) -> Any:
    word = key.lower()
    if isinstance(value, str) and _CHANGED.search(word) and _TIME.fullmatch(value):
        return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
    if isinstance(value, int) and (word == "revision" or _is_time(word, value)):
        return int(now.timestamp())
    if isinstance(value, str) and word in {"_rev", "rev"}:
        return uuid4().hex[:22]
    return _fresh(value, now)


def _is_time(word: str, value: int) -> bool:
    return value > _THIS_CENTURY and bool(_CHANGED.search(word))
