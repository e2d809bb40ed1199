"""What a signature scheme is, and is made of: keys, a constant-time match, a window, one header.

Whatever the sender does wrong is `Rejected`, however malformed; nothing here raises another error
for it.
"""

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol, Self

from platform_core.errors import OutOfTime, Rejected, SecretMissing
from platform_core.provider import Http
from platform_core.webhook import Request, Secrets

Encoding = Literal["hex", "base64", "base64url"]
_DIGITS = re.compile(r"[0-9]{1,16}")
_ENTITY = re.compile(rb"&(?:quot|lt|gt|amp|#0*(?:34|38|39|60|62)|#[xX]0*(?:22|26|27));")


class Scheme(Protocol):
    """One way of proving a delivery."""

    def verify(self, request: Request, secrets: Secrets, now: float) -> None: ...

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]: ...

    def through(self, http: Http) -> "Scheme":
        """The same scheme, able to ask the vendor where its proof needs that."""
        ...

    def held_to(self, settings: Mapping[str, object]) -> "Scheme":
        """The same scheme, as far as a client's settings of this provider allow it."""
        ...

    @property
    def secret_headers(self) -> frozenset[str]:
        """Headers that carry a credential itself, and so are never kept."""
        ...


class Plain:
    """A scheme that asks nobody, knows no setting and sends no credential along."""

    __slots__ = ()

    def through(self, http: Http) -> Self:
        return self

    def held_to(self, settings: Mapping[str, object]) -> Self:
        return self

    @property
    def secret_headers(self) -> frozenset[str]:
        return frozenset()


def header(request: Request, name: str) -> str:
    value = request.headers.get(name)
    if value is None:
        raise Rejected(f"header {name} is missing")
    return value


def digits(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        raise Rejected("time is malformed")
    return text


def as_bytes(text: str) -> bytes:
    """Any text that a header or a path can hold, lone surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def usable(secrets: Secrets) -> list[bytes]:
    """The usable secrets. An empty key signs for everybody, so it is none."""
    keys = [value for value in secrets.values if value]
    if not keys:
        raise SecretMissing("no secret is set")
    return keys


def without_entities(secret: bytes) -> bytes:
    """A secret as WordPress signs with it: the entities of & < > " ' decoded, once, and no other.

    >>> without_entities(b"a&amp;lt;b&#039;c&copy;d")
    b"a&lt;b'c&copy;d"
    """
    return _ENTITY.sub(lambda found: html.unescape(found[0].decode()).encode(), secret)


def require_match(expected: Iterable[str], given: Iterable[str]) -> None:
    """Compare every pair, as text (two base64 texts can mean the same bytes), in constant time."""
    pairs = [(as_bytes(one), as_bytes(other)) for one in expected for other in given]
    if not sum(hmac.compare_digest(one, other) for one, other in pairs):
        raise Rejected("signature does not match")


def require_recent(sent: float, now: float, tolerance: float) -> None:
    if abs(now - sent) > tolerance:
        raise OutOfTime("outside the time window")


def mac(key: bytes, message: bytes, encoding: Encoding, algorithm: str = "sha256") -> str:
    digest = hmac.digest(key, message, algorithm)
    if encoding == "hex":
        return digest.hex()
    if encoding == "base64":
        return base64.b64encode(digest).decode()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def issued(key: bytes, body: bytes) -> str:
    """A call-back token as a vendor's double issues it: the key alone tells whether it is one."""
    name = hashlib.sha256(body).hexdigest()[:32]
    return f"{name}-{mac(key, name.encode(), 'hex')}"


def is_issued(token: str, key: bytes) -> bool:
    """Whether `issued` made this token with this key."""
    name, _, proof = token.partition("-")
    return hmac.compare_digest(mac(key, as_bytes(name), "hex").encode(), as_bytes(proof))
