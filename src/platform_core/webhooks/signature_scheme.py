"""The interface of a signature scheme, and the functions that schemes are built from.

Every mistake of the sender raises `Rejected`, however malformed the request is.
"""

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, Protocol, Self

from platform_core.errors import OutOfTime, Rejected, SecretMissing
from platform_core.http import Http
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets

Encoding = Literal["hex", "base64", "base64url"]
MIN_SECRET_CHARACTERS: Final = 16
_DIGITS = re.compile(r"[0-9]{1,16}")
_ENTITY = re.compile(rb"&(?:quot|lt|gt|amp|#0*(?:34|38|39|60|62)|#[xX]0*(?:22|26|27));")


class Scheme(Protocol):
    """A way to prove that a request comes from the vendor."""

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        """Return if the proof is valid. Raises `Rejected` or `SecretMissing` otherwise."""
        ...

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        """Return the headers that a vendor would add to the request."""
        ...

    def with_http(self, http: Http) -> "Scheme":
        """Return the scheme with HTTP access, for a proof that only the vendor can check."""
        ...

    def bind(self, settings: Mapping[str, object]) -> "Scheme":
        """Return the scheme as a client's settings of the provider restrict it."""
        ...

    @property
    def secret_headers(self) -> frozenset[str]:
        """Names of headers that carry a credential, and so are never stored."""
        ...

    def find_weakness(self, secret: bytes) -> str:
        """Describe what makes a secret too easy to guess. Empty if nothing does.

        For the person who sets a secret. A weak one that is stored still verifies.
        """
        ...


class Plain:
    """A scheme without HTTP access, settings or credentials in headers."""

    __slots__ = ()

    def with_http(self, http: Http) -> Self:
        return self

    def bind(self, settings: Mapping[str, object]) -> Self:
        return self

    @property
    def secret_headers(self) -> frozenset[str]:
        return frozenset()

    def find_weakness(self, secret: bytes) -> str:
        if is_blank(secret):
            return "is blank"
        size = len(secret.decode(errors="replace"))
        if size >= MIN_SECRET_CHARACTERS:
            return ""
        return f"has {size} characters, and needs at least {MIN_SECRET_CHARACTERS}"


def header(request: Request, name: str) -> str:
    """Return the value of a header. Raises `Rejected` if it is missing."""
    value = request.headers.get(name)
    if value is None:
        raise Rejected(f"header {name} is missing")
    return value


def require_timestamp_digits(text: str) -> str:
    """Return the text of a timestamp. Raises `Rejected` unless it is at most 16 digits."""
    if not _DIGITS.fullmatch(text):
        raise Rejected("time is malformed")
    return text


def as_bytes(text: str) -> bytes:
    """Encode any text of a header or a path, lone surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def require_secrets(secrets: Secrets) -> list[bytes]:
    """Return the secrets that are not blank. Raises `SecretMissing` if there is none.

    A blank key is no secret: everybody can sign with it.
    """
    keys = [value for value in secrets.values if not is_blank(value)]
    if not keys:
        raise SecretMissing("no secret is set")
    return keys


def is_blank(secret: bytes) -> bool:
    """Return whether a secret has nothing but white space and NUL characters.

    HMAC pads a key with NULs, so NULs alone are the empty key.

    >>> is_blank(b" "), is_blank(bytes(2)), is_blank(b"k")
    (True, True, False)
    """
    return not secret.decode(errors="replace").replace("\0", " ").strip()


def without_entities(secret: bytes) -> bytes:
    """Return a secret as WordPress signs with it: the entities of & < > " ' decoded once.

    >>> without_entities(b"a&amp;lt;b&#039;c&copy;d")
    b"a&lt;b'c&copy;d"
    """
    return _ENTITY.sub(lambda match: html.unescape(match[0].decode()).encode(), secret)


def require_match(expected: Iterable[str], given: Iterable[str]) -> None:
    """Raise `Rejected` unless an expected proof equals a given one.

    Every pair is compared in constant time, and as text: two base64 texts can decode to the same
    bytes.
    """
    pairs = [(as_bytes(ours), as_bytes(theirs)) for ours in expected for theirs in given]
    if not sum(hmac.compare_digest(ours, theirs) for ours, theirs in pairs):
        raise Rejected("signature does not match")


def require_recent(sent: float, now: float, tolerance: float) -> None:
    """Raise `OutOfTime` if the two times differ by more than the tolerance."""
    if abs(now - sent) > tolerance:
        raise OutOfTime("outside the time window")


def compute_mac(key: bytes, message: bytes, encoding: Encoding, algorithm: str = "sha256") -> str:
    """Return the HMAC of a message as text."""
    digest = hmac.digest(key, message, algorithm)
    if encoding == "hex":
        return digest.hex()
    if encoding == "base64":
        return base64.b64encode(digest).decode()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def make_callback_token(key: bytes, body: bytes) -> str:
    """Return a call-back token of a simulated vendor. The key alone shows that it is valid."""
    name = hashlib.sha256(body).hexdigest()[:32]
    return f"{name}-{compute_mac(key, name.encode(), 'hex')}"


def is_callback_token(token: str, key: bytes) -> bool:
    """Return whether `make_callback_token` made this token with this key."""
    name, _, proof = token.partition("-")
    return hmac.compare_digest(compute_mac(key, as_bytes(name), "hex").encode(), as_bytes(proof))
