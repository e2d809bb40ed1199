"""The way out to the vendors' APIs: the port `Http` over the standard library.

Every wait and every size is bounded. Only a vendor's own fault is worth a second try; an answer
that sends us to another host is handed back as it is, never followed: it could carry our token.
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
from platform_core.provider import HttpResponse

MAX_ANSWER = 64 * 1024 * 1024
MAX_REDIRECTS = 3
LONGEST_PAUSE = 5.0
_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_NOT_DONE = {429, 503}
"""Answers that say that nothing was done, so that any method may be tried again."""


@dataclass(frozen=True, slots=True)
class VendorHttp:
    """Asks vendors over TLS; with `simulator` set, that address in place of every vendor."""

    simulator: str | None = None
    timeout: float = 10.0
    """Seconds for one answer, the whole of it."""
    attempts: int = 3
    sleep: Callable[[float], None] = time.sleep
    max_answer: int = MAX_ANSWER

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse:
        for left in range(MAX_REDIRECTS, -1, -1):
            answer = self._insist(method, url, headers or {}, body)
            target = urljoin(url, answer.headers.get("location", ""))
            if answer.status not in _REDIRECTS or method not in {"GET", "HEAD"} or not left:
                return answer
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                return answer
            url = target
        raise AssertionError("the last round returns")

    def _insist(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> HttpResponse:
        """One answer that is no fault of the vendor's, within a few tries."""
        for attempt in range(self.attempts):
            answer = self._try(method, url, headers, body)
            if isinstance(answer, HttpResponse):
                return answer
            if not answer.again or attempt + 1 == self.attempts:
                raise VendorUnavailable(f"{urlsplit(url).hostname}: {answer.reason}")
            self.sleep(min(answer.pause or 0.5 * 2**attempt, LONGEST_PAUSE))
        raise VendorUnavailable("not asked at all")

    def _try(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> "HttpResponse | _Fault":
        repeatable = method in {"GET", "HEAD"}
        try:
            answer = self._ask(method, url, headers, body)
        except (OSError, http.client.HTTPException) as error:
            return _Fault(type(error).__name__, again=repeatable)
        if answer.status < 500 and answer.status != 429:
            return answer
        again = repeatable or answer.status in _NOT_DONE
        return _Fault(f"answered {answer.status}", again, _retry_after(answer))

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> HttpResponse:
        deadline = time.monotonic() + self.timeout
        with _as_refusal():
            address = _address(url, self.simulator)
            connection = _connect(address, self.timeout)
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        with closing(connection), _as_refusal():
            connection.request(method, target, body, {"user-agent": "platform", **headers})
            answer = connection.getresponse()
            content = self._read(answer, deadline)
        named = {name.lower(): value for name, value in answer.getheaders()}
        return HttpResponse(answer.status, content, named)

    def _read(self, answer: http.client.HTTPResponse, deadline: float) -> bytes:
        content = bytearray()
        while chunk := answer.read(_CHUNK):
            content += chunk
            if len(content) > self.max_answer:
                raise VendorUnavailable(f"an answer of more than {self.max_answer} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError
        if answer.length:
            raise http.client.IncompleteRead(bytes(content), answer.length)
        return bytes(content)


@dataclass(frozen=True, slots=True)
class _Fault:
    """No usable answer, and whether asking again may bring one."""

    reason: str
    again: bool
    pause: float | None = None


@contextmanager
def _as_refusal() -> Iterator[None]:
    """An address or header that cannot be sent is wrong of us, and stays wrong."""
    try:
        yield
    except OSError:
        raise
    except (ValueError, http.client.InvalidURL) as error:
        raise VendorRefused(f"cannot be asked: {type(error).__name__}") from None


def _address(url: str, simulator: str | None) -> SplitResult:
    """Where to ask: the vendor itself, over TLS only, or the simulator that stands for it."""
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
    """Made once: loading the certificate authorities takes a while."""
    return ssl.create_default_context()


def _retry_after(answer: HttpResponse) -> float | None:
    """Seconds that the vendor asks us to wait, where it says so in seconds."""
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() else None
