"""HTTP requests to the vendors' APIs: the port `Http` over the standard library.

Every wait and every size is bounded. Only a server error or a network error is retried. A redirect
to another host is returned and not followed, because the request may carry our token.
"""

import http.client
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urljoin, urlsplit

from platform_core.errors import VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse

MEMORY_PER_BYTE = 48
"""Bytes of memory for one byte of a response. Nested empty lists take about 30 bytes for each byte
of their JSON (`tests/lambdas/test_runtime_http.py`), and the function itself needs the rest."""
MAX_RESPONSE = 512 * 1024 * 1024 // MEMORY_PER_BYTE
MAX_REDIRECTS = 3
LONGEST_PAUSE = 5.0
_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_NOT_DONE = {429, 503}
"""Statuses that say that nothing was done, so that any method may be retried."""


def largest_response(memory_megabytes: int) -> int:
    """Return the bytes of a response that a function of this memory can read and parse."""
    return memory_megabytes * 1024 * 1024 // MEMORY_PER_BYTE


@dataclass(frozen=True, slots=True)
class BoundedHttp:
    """Sends requests to vendors over TLS, or to the simulator in place of every vendor."""

    simulator: str | None = None
    timeout: float = 10.0
    """Seconds for one whole response."""
    attempts: int = 3
    sleep: Callable[[float], None] = time.sleep
    max_response: int = MAX_RESPONSE

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse:
        for left in range(MAX_REDIRECTS, -1, -1):
            answer = self._request_with_retries(method, url, headers or {}, body)
            target = urljoin(url, answer.headers.get("location", ""))
            if answer.status not in _REDIRECTS or method not in {"GET", "HEAD"} or not left:
                return answer
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                return answer
            url = target
        raise AssertionError("the last round returns")

    def _request_with_retries(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> HttpResponse:
        """Return a response that is no server error, within a few attempts."""
        for attempt in range(self.attempts):
            result = self._attempt(method, url, headers, body)
            if isinstance(result, HttpResponse):
                return result
            if not result.retry or attempt + 1 == self.attempts:
                raise VendorUnavailable(f"{urlsplit(url).hostname}: {result.reason}")
            self.sleep(min(result.pause or 0.5 * 2**attempt, LONGEST_PAUSE))
        raise VendorUnavailable("not asked at all")

    def _attempt(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> "HttpResponse | _FailedRequest":
        is_idempotent = method in {"GET", "HEAD"}
        try:
            response = self._send(method, url, headers, body)
        except (OSError, http.client.HTTPException) as error:
            return _FailedRequest(type(error).__name__, retry=is_idempotent)
        if response.status < 500 and response.status != 429:
            return response
        retry = is_idempotent or response.status in _NOT_DONE
        return _FailedRequest(f"answered {response.status}", retry, _retry_after(response))

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> HttpResponse:
        deadline = time.monotonic() + self.timeout
        with refuse_invalid_request():
            connection, target = connect_to(url, self.simulator, self.timeout)
        with closing(connection), refuse_invalid_request():
            sent_headers = {"user-agent": "platform", **headers}
            connection.request(method, target, body, sent_headers)
            response = connection.getresponse()
            content = self._read(response, deadline)
        headers = {name.lower(): value for name, value in response.getheaders()}
        return HttpResponse(response.status, content, headers)

    def _read(self, answer: http.client.HTTPResponse, deadline: float) -> bytes:
        content = bytearray()
        while chunk := answer.read(_CHUNK):
            content += chunk
            if len(content) > self.max_response:
                raise VendorUnavailable(f"an answer of more than {self.max_response} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError
        if answer.length:
            raise http.client.IncompleteRead(bytes(content), answer.length)
        return bytes(content)


@dataclass(frozen=True, slots=True)
class _FailedRequest:
    """A request without a usable response."""

    reason: str
    retry: bool
    pause: float | None = None


@contextmanager
def refuse_invalid_request() -> Iterator[None]:
    """Raise `VendorRefused` for a URL or header that cannot be sent: a retry would not help."""
    try:
        yield
    except OSError:
        raise
    except (ValueError, http.client.InvalidURL) as error:
        raise VendorRefused(f"cannot be asked: {type(error).__name__}") from None


def connect_to(
    url: str, simulator: str | None, timeout: float
) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection for a URL, and the path and query to request."""
    address = _address(url, simulator)
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    return _connect(address, timeout), target


def _address(url: str, simulator: str | None) -> SplitResult:
    """Return the URL to connect to: the vendor over TLS only, or the simulator."""
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname:
        raise VendorRefused("a vendor is asked over https only")
    if simulator is None:
        return address
    return urlsplit(f"{simulator.rstrip('/')}/{address.netloc}{address.path}?{address.query}")


def _connect(address: SplitResult, timeout: float) -> http.client.HTTPConnection:
    host = address.hostname or ""
    if address.scheme == "https":
        return http.client.HTTPSConnection(
            host, address.port, timeout=timeout, context=_tls_context()
        )
    return http.client.HTTPConnection(host, address.port, timeout=timeout)


@cache
def _tls_context() -> ssl.SSLContext:
    """Return the TLS context, made once: loading the certificate authorities is slow."""
    return ssl.create_default_context()


def _retry_after(answer: HttpResponse) -> float | None:
    """Return the seconds of a `Retry-After` header; None for a date or no header."""
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() else None
