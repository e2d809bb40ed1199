"""Load a recorded delivery, set its times to now, sign it as the vendor does, and post it.

The recordings belong to the provider (`deliveries/<event>.json` in its folder). This module does
not name any provider.
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
from urllib.parse import urlsplit
from uuid import uuid4

from platform_cli.config.new_client_file import example_value, required_settings
from platform_cli.errors import UsageError
from platform_cli.targets.target import ServiceUnavailable
from platform_core import providers
from platform_core.webhooks.request import Request

TIMEOUT_SECONDS: Final = 35.0
"""Longer than API Gateway waits for a function, which may have to start first."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_CHANGED: Final = re.compile(r"updated|modified|timestamp|pushed")
"""Matches the names of fields with the time of an update."""
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_THIS_CENTURY: Final = 10**9
"""Lowest number that is treated as a Unix time."""


@dataclass(frozen=True, slots=True)
class SampleDelivery:
    """One unsigned delivery of a vendor."""

    event: str
    headers: Mapping[str, str]
    body: bytes
    settings: Mapping[str, object] = field(default_factory=dict)
    """Settings of the recorded client that differ from the provider's examples."""


@dataclass(frozen=True, slots=True)
class DeliveryResponse:
    """The response to one delivery."""

    status: int
    body: str
    seconds: float
    delivery_id: str
    """The key of this delivery in the inbox, if it is accepted."""


def list_events(provider: str) -> tuple[str, ...]:
    """List the recorded events of a provider by the vendor's names."""
    return tuple(sorted(json.loads(file.read_text())["event"] for file in _files(provider)))


@dataclass(frozen=True, slots=True)
class SampleItem:
    """A recording that creates one item, with a title that its body contains."""

    provider: str
    event: str
    kind: str
    """`article`, `page`, `product`, ..."""
    title: str


def list_sample_items(provider: str, settings: Mapping[str, object]) -> Iterator[SampleItem]:
    """Yield the items in a provider's recordings for these settings, by file name."""
    for recording in (json.loads(file.read_text()) for file in _files(provider)):
        match recording["becomes"]:
            case [{"upsert": {"content_type": kind, "title": title}}] if title in str(
                recording.get("body")
            ) and _matches_settings(recording, provider, settings):
                yield SampleItem(provider, recording["event"], kind, title)


def load_recording(provider: str, event: str) -> SampleDelivery:
    """Load the recording of an event. Dots and slashes in the name are equivalent."""
    for file in _files(provider):
        recording = json.loads(file.read_text())
        if event.replace("/", ".") in {recording["event"].replace("/", "."), file.stem}:
            return _parse_recording(recording)
    listed = list_events(provider)
    matches = get_close_matches(event, listed, n=1)
    hint = f"did you mean {matches[0]!r}?" if matches else f"there are: {', '.join(listed)}"
    raise UsageError(f"{provider} has no recorded event {event!r}", hint=hint)


def load_file(path: Path, event: str) -> SampleDelivery:
    """Load a file of the user: a recording in our format, or a plain body."""
    raw = path.read_bytes()
    try:
        recording = json.loads(raw)
    except ValueError:
        recording = None
    if (
        isinstance(recording, dict)
        and "event" in recording
        and {"body", "body_text"} & recording.keys()
    ):
        return _parse_recording(recording)
    return SampleDelivery(event, {"content-type": "application/json"}, raw)


def with_edits(delivery: SampleDelivery, edits: Mapping[str, str]) -> SampleDelivery:
    """Set fields of the body by name (`title`) or path (`variants.0.price`)."""
    if not edits:
        return delivery
    body = json.loads(delivery.body)
    for path, value in edits.items():
        _set(body, path, value)
    return replace(delivery, body=encode_body(body))


def with_title(delivery: SampleDelivery, title: str, other: str) -> SampleDelivery:
    """Replace the title everywhere in the body."""
    return replace(
        delivery, body=encode_body(_replace_text(json.loads(delivery.body), title, other))
    )


def with_current_times(delivery: SampleDelivery, now: datetime) -> SampleDelivery:
    """Set times, revisions and the pushed commit to those of an edit made now."""
    try:
        body = json.loads(delivery.body)
    except ValueError:
        return delivery
    return replace(delivery, body=encode_body(_update_commit(_update_times(body, now))))


def sign_request(
    delivery: SampleDelivery,
    provider: str,
    settings: Mapping[str, object],
    secret: str,
    now: float,
    address: str = "",
) -> Request:
    """Return the signed request that the vendor would send to a client with these settings.

    Some vendors sign the path of the address. Default: the open form.
    """
    request = Request(
        method="POST",
        path=urlsplit(address).path or f"/webhooks/{provider}",
        headers={name.lower(): value for name, value in delivery.headers.items()},
        body=delivery.body,
        received_at=now,
    )
    scheme = providers.load_webhook(provider).SIGNATURE.bind(settings)
    signature_headers = scheme.sign(request, secret.encode(), now)
    lower = {name.lower(): value for name, value in signature_headers.items()}
    return replace(request, headers={**request.headers, **lower})


def post_request(
    request: Request, provider: str, address: str, clock: Callable[[], float]
) -> DeliveryResponse:
    """Post the request to the address. Raises `ServiceUnavailable` if there is no response."""
    import httpx2

    key = providers.load_webhook(provider).delivery_key(request)
    started = clock()
    try:
        response = httpx2.post(
            address,
            content=request.body,
            headers=dict(request.headers),
            timeout=TIMEOUT_SECONDS,
        )
    except httpx2.HTTPError as error:
        raise ServiceUnavailable(
            f"{address} does not respond: {error or type(error).__name__}",
            hint="send it again: a delivery that arrives twice is applied once",
        ) from error
    return DeliveryResponse(
        response.status_code, response.text, clock() - started, f"{provider}#{key}"
    )


def _files(provider: str) -> list[Path]:
    folder = Path(getfile(providers.load_webhook(provider))).parent / "deliveries"  # type: ignore[arg-type]
    return sorted(folder.glob("*.json"))


def _matches_settings(
    recording: Mapping[str, Any], provider: str, settings: Mapping[str, object]
) -> bool:
    """Return whether the recording uses this client's signature scheme.

    The scheme of some vendors depends on the settings.
    """
    scheme = providers.load_webhook(provider).SIGNATURE
    examples = {key: example_value(provider, key) for key in required_settings(provider)}
    recorded_settings = {**examples, **recording.get("settings", {})}
    return scheme.bind(recorded_settings) == scheme.bind(settings)


def _parse_recording(recording: Mapping[str, Any]) -> SampleDelivery:
    body = (
        recording["body_text"].encode()
        if "body_text" in recording
        else encode_body(recording["body"])
    )
    return SampleDelivery(
        str(recording["event"]),
        dict(recording.get("headers", {})),
        body,
        dict(recording.get("settings", {})),
    )


def encode_body(body: object) -> bytes:
    """Encode a body as compact JSON, as vendors do."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _set(body: Any, path: str, value: str) -> None:
    *parents, last = path.split(".")
    container = body
    try:
        for name in parents:
            container = container[int(name)] if isinstance(container, list) else container[name]
        key = int(last) if isinstance(container, list) else last
        previous = container[key]
    except (LookupError, ValueError, TypeError):
        fields = ", ".join(sorted(body)) if isinstance(body, dict) else "none"
        raise UsageError(f"the body has no field {path!r}", hint=f"it has: {fields}") from None
    container[key] = value if isinstance(previous, str) else _parse_json_or_text(value)


def _parse_json_or_text(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _replace_text(value: Any, text: str, other: str) -> Any:
    match value:
        case str():
            return value.replace(text, other)
        case list():
            return [_replace_text(item, text, other) for item in value]
        case dict():
            return {key: _replace_text(inner, text, other) for key, inner in value.items()}
        case _:
            return value


def _update_times(value: Any, now: datetime) -> Any:
    """Set times of updates to now and renew revision ids, at any depth."""
    if isinstance(value, list):
        return [_update_times(item, now) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _update_field(key, inner, now) for key, inner in value.items()}


def _update_commit(body: Any) -> Any:
    """Give a push a commit of its own, under its id everywhere: no host has one id twice."""
    commit = body.get("after") if isinstance(body, dict) else None
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit) or not commit.strip("0"):
        return body
    return _replace_text(body, commit, f"{uuid4().hex}{uuid4().hex[:8]}")


def _update_field(key: str, value: Any, now: datetime) -> Any:
    word = key.lower()
    if isinstance(value, str) and _CHANGED.search(word) and _TIME.fullmatch(value):
        return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
    if isinstance(value, int) and (word == "revision" or _is_time(word, value)):
        return int(now.timestamp())
    if isinstance(value, str) and word in {"_rev", "rev"}:
        return uuid4().hex[:22]
    return _update_times(value, now)


def _is_time(word: str, value: int) -> bool:
    return value > _THIS_CENTURY and bool(_CHANGED.search(word))
