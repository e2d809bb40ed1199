"""A small AWS behind botocore, which answers requests in place of the network.

The clients are real: they serialize, parse, paginate and retry as in a function. `Steps` has a step
before each request and one after its effect. At a step, a test can crash the caller, refuse the
request or lose the response. botocore repeats a request whose response is lost.
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
from tests.fakes.pipeline import Clock, Crash, Died, Steps

SESSION = boto3.Session(
    region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
)
PAUSE = 0.25
"""Seconds until botocore's next attempt."""
Said = tuple[dict[str, str], bytes]
"""Headers and body of a success."""
Service = Callable[[str, AWSPreparedRequest], tuple[str, Callable[[], Said]]]
"""Takes an operation and its request. Returns the resource's name and the function that runs it."""


class Cloud:
    """The services of one account and region. Each client has its own resources in them."""

    def __init__(self, step: Steps, clock: Clock, random: Random) -> None:
        self.step = step
        self.clock = clock
        self.random = random
        self.services: dict[str, Service] = {}
        self.touched: set[str] = set()
        """Every resource that a request named."""
        self.tries: dict[str, int] = {}
        """Operation -> the largest number of attempts of one call."""
        self.requests = 0
        self.unheard = 0
        """Effects whose response was lost."""

    def client(self, service: str, config: Config = clients.PATIENT) -> Any:
        """Replace `lambdas.runtime.adapters.clients.client`, with this cloud as the endpoint."""
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
        """Raise or return a refusal. The request has no effect in either case."""
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
    """Advance this clock while botocore waits between two attempts."""

    class Watch:
        @staticmethod
        def sleep(_: float) -> None:
            clock.sleep(PAUSE)

    with patch("botocore.endpoint.time", Watch):
        yield


def given(request: AWSPreparedRequest) -> dict[str, Any]:
    """Return the parameters of a JSON protocol."""
    found: dict[str, Any] = json.loads(body_of(request) or b"{}")
    return found


def form(request: AWSPreparedRequest) -> dict[str, str]:
    """Return the parameters of the query protocol."""
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
    """Return a header; empty if it is missing."""
    said: Any = request.headers.get(name, "")
    return said.decode() if isinstance(said, bytes) else str(said)


def path_of(request: AWSPreparedRequest) -> list[str]:
    return [unquote(part) for part in urlsplit(request.url).path.lstrip("/").split("/")]


def as_json(**members: Any) -> Said:
    return {"content-type": "application/x-amz-json-1.0"}, json.dumps(members).encode()


def as_xml(text: str, **headers: str) -> Said:
    return {"content-type": "text/xml", **headers}, text.encode()


def _pairs(request: AWSPreparedRequest) -> Iterator[tuple[str, str]]:
    """Return the attempt from botocore's header, `attempt=2; max=4`."""
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
    """A response body as urllib3 returns it."""

    def stream(self, amt: int = 65536, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk
