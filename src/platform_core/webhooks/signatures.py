"""The signature schemes of vendors. Each scheme is a value; there is no default scheme.

`verify` returns nothing or raises: `Rejected` for a mistake of the sender, however malformed;
`SecretMissing` if no secret is set; a `Vendor...` error if only the vendor can check the proof and
the vendor cannot be asked. `sign` returns the headers that prove a request, for tests and
`platform send`. Times are Unix seconds.
"""

import base64
import binascii
import re
from dataclasses import dataclass, replace
from typing import Final, Self
from urllib.parse import quote

from platform_core.errors import OutOfTime, Rejected, VendorRefused, VendorUnavailable
from platform_core.http import Http
from platform_core.webhooks.body import key_of
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signature_scheme import (
    Encoding,
    Plain,
    as_bytes,
    compute_mac,
    header,
    make_callback_token,
    require_match,
    require_recent,
    require_secrets,
    require_timestamp_digits,
    without_entities,
)
from platform_core.webhooks.signature_scheme import Scheme as Scheme

FIVE_MINUTES = 300.0
MIN_STANDARD_BYTES: Final = 24
"""Least size of a key: the specification of Standard Webhooks asks for 24 to 64 bytes."""


@dataclass(frozen=True, slots=True)
class HmacBody(Plain):
    """An HMAC of the raw body in one header. It covers no time, so an old request stays valid."""

    header: str
    encoding: Encoding = "hex"
    prefix: str = ""
    algorithm: str = "sha256"
    decodes_secret: bool = False
    """Whether the vendor decodes HTML entities in the secret before it signs."""

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        given = header(request, self.header)
        require_match([self._proof(key, request.body) for key in require_secrets(secrets)], [given])

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        return {self.header: self._proof(secret, request.body)}

    def _proof(self, key: bytes, body: bytes) -> str:
        key = without_entities(key) if self.decodes_secret else key
        return self.prefix + compute_mac(key, body, self.encoding, self.algorithm)


@dataclass(frozen=True, slots=True)
class HmacTimestamped(Plain):
    """An HMAC of `t.body` in a header like `t=...,v1=...`, which may have several `v1`."""

    header: str
    encoding: Encoding = "hex"
    ticks_per_second: int = 1
    """1 if the vendor writes seconds, 1000 if it writes milliseconds."""
    tolerance: float = FIVE_MINUTES

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        time, given = self._read(request)
        message = self._message(time, request.body)
        require_match(
            [compute_mac(key, message, self.encoding) for key in require_secrets(secrets)], given
        )
        require_recent(int(time) / self.ticks_per_second, now, self.tolerance)

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        time = str(int(now * self.ticks_per_second))
        proof = compute_mac(secret, self._message(time, request.body), self.encoding)
        return {self.header: f"t={time},v1={proof}"}

    def signed(self, request: Request) -> bytes:
        """Return the exact bytes that the signature covers, with the vendor's time."""
        return self._message(self._read(request)[0], request.body)

    def _read(self, request: Request) -> tuple[str, list[str]]:
        times, proofs = [], []
        for part in re.split(r"[, ]+", header(request, self.header)):
            name, _, value = part.partition("=")
            if name == "t":
                times.append(value)
            elif name == "v1":
                proofs.append(value)
        if len(times) != 1:
            raise Rejected("signature header names no single time")
        return require_timestamp_digits(times[0]), proofs

    @staticmethod
    def _message(time: str, body: bytes) -> bytes:
        return time.encode() + b"." + body


@dataclass(frozen=True, slots=True)
class StandardWebhooks(Plain):
    """The Standard Webhooks specification, symmetric keys: `id.timestamp.body`."""

    tolerance: float = FIVE_MINUTES

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        given = header(request, "webhook-signature").split(" ")
        message = self.signed(request)
        keys = require_secrets(Secrets(tuple(_standard_key(value) for value in secrets.values)))
        require_match(["v1," + compute_mac(key, message, "base64") for key in keys], given)
        require_recent(float(header(request, "webhook-timestamp")), now, self.tolerance)

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        time = str(int(now))
        identity = request.headers.get("webhook-id") or key_of(time, request.body)
        headers = {"webhook-id": identity, "webhook-timestamp": time}
        signed = self.signed(replace(request, headers={**request.headers, **headers}))
        proof = compute_mac(_standard_key(secret), signed, "base64")
        return {**headers, "webhook-signature": f"v1,{proof}"}

    def find_weakness(self, secret: bytes) -> str:
        size = len(_standard_key(secret))
        if size >= MIN_STANDARD_BYTES:
            return ""
        return f"has {size} bytes in base64, and needs at least {MIN_STANDARD_BYTES}"

    def signed(self, request: Request) -> bytes:
        """Return the exact bytes that the signature covers.

        An id with a dot is refused: the same bytes could be split into another id, time and body,
        and the signature would still be valid.
        """
        identity = header(request, "webhook-id")
        if not identity or "." in identity:
            raise Rejected("message id is empty or ambiguous")
        time = require_timestamp_digits(header(request, "webhook-timestamp"))
        return as_bytes(f"{identity}.{time}.") + request.body


@dataclass(frozen=True, slots=True)
class CanonicalRequest(Plain):
    """An HMAC of the method, the path, the headers that the sender lists, and the body (hex).

    The vendor escapes the query twice in the string that it signs, so this does, too.
    """

    header: str
    list_header: str
    time_header: str
    ticks_per_second: int = 1000
    tolerance: float = 30.0
    """Seconds from which on the vendor calls a request expired."""
    covers: tuple[str, ...] = ()
    """Headers that `sign` lists if the request has them, besides the two of the scheme."""

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        given = header(request, self.header)
        time = require_timestamp_digits(header(request, self.time_header).strip())
        message = self.signed(request)
        require_match(
            [compute_mac(key, message, "hex") for key in require_secrets(secrets)], [given]
        )
        sent = int(time) / self.ticks_per_second
        if now - sent >= self.tolerance:
            raise OutOfTime("expired")
        require_recent(sent, now, self.tolerance)

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        names = {self.list_header, self.time_header, *self.covers} & {
            *request.headers, self.list_header, self.time_header,
        }  # fmt: skip
        headers = {
            self.list_header: ",".join(sorted(names)),
            self.time_header: str(int(now * self.ticks_per_second)),
        }
        message = self.signed(replace(request, headers={**request.headers, **headers}))
        return {**headers, self.header: compute_mac(secret, message, "hex")}

    def signed(self, request: Request) -> bytes:
        """Return the canonical string of the request."""
        listed = header(request, self.list_header).split(",")
        names = sorted({name.strip().lower() for name in listed})
        if not {self.list_header, self.time_header} <= set(names):
            raise Rejected("the list of signed headers is incomplete")
        headers = ";".join(f"{name}:{header(request, name).strip()}" for name in names)
        head = "\n".join((request.method.upper(), _escape_path(request.path), headers, ""))
        return as_bytes(head) + request.body


@dataclass(frozen=True, slots=True)
class StaticHeader(Plain):
    """A secret in a header as it is. It proves the sender, not the body."""

    header: str
    prefix: str = ""

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        given = header(request, self.header)
        require_match(
            [
                self.prefix + key.decode(errors="surrogateescape")
                for key in require_secrets(secrets)
            ],
            [given],
        )

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        return {self.header: self.prefix + secret.decode()}

    @property
    def secret_headers(self) -> frozenset[str]:
        return frozenset({self.header})


@dataclass(frozen=True, slots=True)
class CallBack(Plain):
    """A token that only its vendor can check: `GET url` with the secret as Basic user name."""

    header: str
    url: str
    """The vendor's URL, with `{token}` in it."""
    http: Http | None = None
    """Set by the webhook router through `with_http`; without it, every token is refused."""

    def with_http(self, http: Http) -> Self:
        return replace(self, http=http)

    @property
    def secret_headers(self) -> frozenset[str]:
        return frozenset({self.header})

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        token = header(request, self.header)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", token):
            raise Rejected("token is malformed")
        statuses = set()
        for key in require_secrets(secrets):
            statuses.add(self._check_token(token, key))
            if 200 in statuses:
                return
        if 404 in statuses:
            raise Rejected("the vendor does not know this token")
        raise VendorRefused("the vendor does not accept our secret")

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        """Return a token that a simulated vendor accepts (`proof.is_callback_token`)."""
        return {self.header: make_callback_token(secret, request.body)}

    def _check_token(self, token: str, key: bytes) -> int:
        if self.http is None:
            raise VendorUnavailable("no way to ask the vendor")
        user = base64.b64encode(key + b":").decode()
        response = self.http(
            "GET",
            self.url.format(token=token),
            headers={"authorization": f"Basic {user}", "accept": "application/json"},
        )
        if response.status in {200, 401, 403, 404}:
            return response.status
        raise VendorUnavailable(f"the vendor answered {response.status}")


def _standard_key(secret: bytes) -> bytes:
    """Return the key in `whsec_...`. Empty if it is no base64, so that it counts as not set."""
    try:
        return base64.b64decode(secret.removeprefix(b"whsec_"), validate=True)
    except binascii.Error:
        return b""


def _escape_path(path: str) -> str:
    """Return the path in canonical form: the query escaped, then the whole escaped again."""
    escaped, mark, query = path.partition("?")
    if mark:
        escaped += "?" + quote(query, safe="-_.!~*'()", errors="surrogatepass")
    return quote(escaped, safe=";,/?:@&=+$-_.!~*'()#", errors="surrogatepass")
