"""A small AWS behind botocore: requests end here, where they would have gone over the network.

Clients are real: they serialize, parse, page and try again as in a function. Before each request
and after its effect stands one step of `Steps`, where a test may let the caller die, refuse the
request, or lose the reply; a reply that is lost is what botocore repeats the request for.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, unquote, urlsplit

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from lambdas.runtime.adapters import clients
from platform_core.errors import StoreUnavailable
from tests.assurance.wire.tables import Denied
from tests.fakes.pipeline import (
    Clock,
    Crash,
    Died,
    Steps,
)

SESSION = boto3.Session(
    region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
)
PAUSE = 0.25
"""Seconds that pass before botocore's next try."""
Said = tuple[dict[str, str], bytes]
"""Headers and body of a success."""
Service = Callable[[str, AWSPreparedRequest], tuple[str, Callable[[], Said]]]
"""Operation and request -> the name of the resource that it is for, and what it does there."""


class Cloud:
    """The services of one account and region, of which each client has its own resources."""

    def __init__(self, step: Steps, clock: Clock, random: Random) -> None:
        self.step = step
        self.clock = clock
        self.random = random
        self.services: dict[str, Service] = {}
        self.touched: set[str] = set()
        """Every resource that was named in a request."""
        self.tries: dict[str, int] = {}
        """Operation -> how often it was sent at most, in one call."""
        self.requests = 0
        self.unheard = 0
        """Effects whose reply was lost."""

    def client(self, service: str, config: Config = clients.PATIENT) -> Any:
        """As `lambdas.runtime.adapters.clients.client`, but for what lies at the other end."""
        made = SESSION.client(service, config=config.merge(Config(signature_version=UNSIGNED)))

        def answer(request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
            return self._answer(service, event_name.rpartition(".")[2], request)

        made.meta.events.register("before-send", answer)
        return made

    def _answer(self, service: str, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        self.requests += 1
        attempt = int(dict(_pairs(request)).get("attempt", 1))
        self.tries[operation] = max(self.tries.get(operation, 0), attempt)
        resource, act = self.services[service](operation, request)
        self.touched.add(resource)
        store = resource.partition(":")[0]
        try:
            self._before(f"{store}.{operation}", request)
            headers, body = act()
            self._after(f"{store}.{operation} done", request)
        except Denied as error:
            return _response(request, error.status, *_error(service, error))
        except Crash as crash:
            raise Died(str(crash)) from None
        return _response(request, 200, headers, body)

    def _before(self, name: str, request: AWSPreparedRequest) -> None:
        """A refusal is an answer, or none comes at all; in neither case has anything happened."""
        try:
            self.step(name)
        except StoreUnavailable:
            if self.random.random() < 0.3:
                raise ConnectionClosedError(endpoint_url=request.url) from None
            name, status = self.random.choice((("ThrottlingException", 400), ("Oops", 500)))
            raise Denied(name, status) from None

    def _after(self, name: str, request: AWSPreparedRequest) -> None:
        try:
            self.step(name)
        except StoreUnavailable:
            self.unheard += 1
            raise ReadTimeoutError(endpoint_url=request.url) from None


@contextmanager
def time_of(clock: Clock) -> Iterator[None]:
    """What botocore waits between two tries passes on this clock."""

    class Watch:
        @staticmethod
        def sleep(_: float) -> None:
            clock.sleep(PAUSE)

    with patch("botocore.endpoint.time", Watch):
        yield


def given(request: AWSPreparedRequest) -> dict[str, Any]:
    """The parameters of a JSON protocol."""
    found: dict[str, Any] = json.loads(body_of(request) or b"{}")
    return found


def form(request: AWSPreparedRequest) -> dict[str, str]:
    """Those of the query protocol."""
    return dict(parse_qsl(body_of(request).decode(), keep_blank_values=True))


def body_of(request: AWSPreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    body.seek(0)
    return bytes(body.read())


def header(request: AWSPreparedRequest, name: str) -> str:
    """Empty where there is none."""
    said: Any = request.headers.get(name, "")
    return said.decode() if isinstance(said, bytes) else str(said)


def path_of(request: AWSPreparedRequest) -> list[str]:
    return [unquote(part) for part in urlsplit(request.url).path.lstrip("/").split("/")]


def as_json(**members: Any) -> Said:
    return {"content-type": "application/x-amz-json-1.0"}, json.dumps(members).encode()


def as_xml(text: str, **headers: str) -> Said:
    return {"content-type": "text/xml", **headers}, text.encode()


def _pairs(request: AWSPreparedRequest) -> Iterator[tuple[str, str]]:
    """`attempt=2; max=4`, as botocore says it in a header from the second try on."""
    for part in header(request, "amz-sdk-request").split(";"):
        name, _, value = part.strip().partition("=")
        yield name, value


def _error(service: str, error: Denied) -> Said:
    if service in {"sns", "s3"}:
        inner = f"<Error><Code>{error.name}</Code><Message>-</Message></Error>"
        return as_xml(inner if service == "s3" else f"<ErrorResponse>{inner}</ErrorResponse>")
    return as_json(__type=error.name, message="-")


def _response(
    request: AWSPreparedRequest, status: int, headers: Mapping[str, str], body: bytes
) -> AWSResponse:
    return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), _Raw(body))


class _Raw(io.BytesIO):
    """A body as urllib3 hands it out."""

    def stream(self, amt: int = 65536, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk
