"""Requests to the webhook endpoint: valid or forged, and changed on the way.

An offer knows from its construction whether a valid secret signed its exact bytes. It never uses
our own verification.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from platform_core import providers
from platform_core.webhooks.request import MAX_BODY, Request
from tests.assurance.hostile import nonsense
from tests.assurance.hostile.clients import NOW, Client, secret_of

NOISE = (
    "", "x-request-id", "cookie", "authorization-2", "transfer-encoding", "content-length", "host",
    "X-FORWARDED-FOR", "traceparent", "constructor", "__proto__", "x\r\ny", "\u00e9", "\ud800",
)  # fmt: skip
PACKED = ("gzip", "br, gzip", "identity", "IDENTITY", "", "\u0130dentity", "identity, identity")
QUERIES = (
    "",
    "a=b%20c",
    "x=%00&x=%2e%2e%2f",
    "\u00e9=\u202e",
    "a=%ud800\ud800",
    "?" * 300,
    "#",
    "&&=",
)
SIZES = (MAX_BODY - 1, MAX_BODY, MAX_BODY + 1, 200 * 1024, 200 * 1024 + 1)
NOBODY = ("", "nobody", "../", "__init__", "os", "A" * 5000, "\ud800", "x\n", "reading", "_git")
SHORT_OF_TIME = 20.0
"""Largest error of a vendor's clock, in seconds."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A request as the gateway passes it on, and whether it is genuine."""

    event: dict[str, Any]
    genuine: bool
    """Whether a valid secret of the addressed provider signed these exact bytes."""
    body: bytes
    """The body as it arrived."""
    encoding: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed request and its signature."""

    request: Request
    proof: dict[str, str]
    genuine: bool
    any_body: bool
    """Whether the signature is a credential, which does not cover the body."""


def offer(client: Client, chance: Random) -> Offer:
    """Return one request to this client's endpoint."""
    signed = tampered(client, _signed(client, _said(client, chance), chance), chance)
    return _handed_over(client, signed, chance)


# --- what the vendor says ------------------------------------------------------------------------


def _said(client: Client, chance: Random) -> Request:
    """Return an unsigned request: the recorded one, or nonsense of the vendor itself."""
    bare = client.bare
    headers = {chance.choice(NOISE): nonsense.text(chance) for _ in range(chance.randrange(3))}
    if chance.randrange(20) == 0:
        headers["content-encoding"] = chance.choice(PACKED)
    query = chance.choice(QUERIES)
    path = f"/webhooks/{client.name}" + (f"?{query}" if query else "")
    return replace(
        bare, path=path, headers={**_lower(headers), **bare.headers}, body=_body(bare, chance)
    )


def _body(bare: Request, chance: Random) -> bytes:
    match chance.randrange(40):
        case n if n < 12:
            return bare.body
        case 12:
            return chance.randbytes(chance.randrange(60))
        case 13:
            size = chance.choice(SIZES)
            return (bare.body + b" " * size)[:size]
        case 14:
            deep = chance.choice((63, 64, 65, 50_000))
            return b"[" * deep + b"]" * chance.choice((deep, 0))
        case 15:
            return chance.choice((b"", b"null", b"0", b'""', b"webhook_id=12", b"\x00"))
        case _:
            try:
                document = json.loads(bare.body)
            except ValueError:
                document = {"id": bare.body.decode("utf-8", "replace")}
            return nonsense.written(nonsense.distorted(document, chance), chance)[: max(SIZES)]


def _signed(client: Client, said: Request, chance: Random) -> Signed:
    """Sign the request with a valid or an invalid secret."""
    other = next(name for name in providers.provider_names() if name != client.name)
    valid = [secret_of(client.name), secret_of(client.name, "previous")]
    wrong = [secret_of(other), secret_of(client.name, "older"), b"x", nonsense_key(chance)]
    genuine = chance.randrange(3) > 0
    secret = chance.choice(valid if genuine else wrong)
    at = NOW + chance.uniform(-SHORT_OF_TIME, SHORT_OF_TIME)
    if hasattr(client.scheme, "tolerance") and chance.randrange(10) == 0:
        at = NOW + chance.choice((-1, 1)) * chance.choice((301.0, 86_400.0, 1e9))
        genuine = False
    proof = client.scheme.sign(said, secret, max(at, 0.0))
    return Signed(said, proof, genuine, not client.scheme.secret_headers.isdisjoint(proof))


def nonsense_key(chance: Random) -> bytes:
    return nonsense.text(chance).encode("ascii", "ignore")[:64].strip() or b"none"


# --- what befalls it on the way ------------------------------------------------------------------


def tampered(client: Client, signed: Signed, chance: Random) -> Signed:
    """Change half of all requests after they were signed."""
    if chance.randrange(2):
        return signed
    return chance.choice((_other_body, _other_proof, _less_proof))(client, signed, chance)


def _other_body(client: Client, signed: Signed, chance: Random) -> Signed:
    body = chance.choice(_EDITS)(signed.request.body, chance)
    same = body == signed.request.body or signed.any_body
    return replace(
        signed, request=replace(signed.request, body=body), genuine=signed.genuine and same
    )


_EDITS: tuple[Callable[[bytes, Random], bytes], ...] = (
    lambda old, chance: _flipped(old, chance),
    lambda old, chance: old[: chance.randrange(len(old) + 1)],
    lambda old, chance: old + chance.choice((b" ", b"\n", b"\x00", b"{}")),
    lambda old, chance: old.replace(b"\n", b"\r\n").strip(),
    lambda old, chance: old.decode("utf-8", "replace").encode(),
    lambda old, chance: b"\xef\xbb\xbf" + old,
)


def _flipped(old: bytes, chance: Random) -> bytes:
    if not old:
        return b"x"
    at = chance.randrange(len(old))
    return old[:at] + bytes([old[at] ^ 1 << chance.randrange(8)]) + old[at + 1 :]


def _other_proof(client: Client, signed: Signed, chance: Random) -> Signed:
    """Change or repeat one of the headers."""
    name = chance.choice(sorted(signed.proof))
    old = signed.proof[name]
    new = chance.choice(
        (nonsense.text(chance), f"{old},{old}", old[:-1], old[1:], old.swapcase(), f"{old}\u00e9")
    )
    proof = {**signed.proof, name: new}
    return replace(signed, proof=proof, genuine=signed.genuine and new == old)


def _less_proof(client: Client, signed: Signed, chance: Random) -> Signed:
    name = chance.choice(sorted(signed.proof))
    proof = {each: value for each, value in signed.proof.items() if each != name}
    return replace(signed, proof=proof, genuine=False)


def _handed_over(client: Client, signed: Signed, chance: Random) -> Offer:
    """Encode the request as a gateway does: spelling of header names and base64."""
    request = signed.request
    address, ours = _address(client, chance)
    carried, flag, arrived = _carried(request.body, chance)
    path, _, query = request.path.partition("?")
    headers = {
        _cased(name, chance): value for name, value in {**request.headers, **signed.proof}.items()
    }
    kept = arrived == request.body or signed.any_body
    event = {
        "version": "2.0",
        "routeKey": "POST /webhooks/{provider}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {"http": {"method": "POST"}, "requestId": "req-1"},
        "pathParameters": {"provider": address},
        "body": carried,
        "isBase64Encoded": flag,
    }
    encoding = request.headers.get("content-encoding", "identity")
    return Offer(event, signed.genuine and ours and kept, arrived, encoding)


def _address(client: Client, chance: Random) -> tuple[str, bool]:
    """Return the addressed provider, and whether the request belongs to it."""
    own = (client.name, *providers.load_manifest(client.name).aliases)
    match chance.randrange(20):
        case 0:
            return chance.choice(NOBODY), False
        case 1:
            other = chance.choice(
                [each for each in providers.provider_names() if each != client.name]
            )
            return other, False
        case _:
            return chance.choice(own), True


def _carried(body: bytes, chance: Random) -> tuple[str | None, bool, bytes]:
    """Return the body in the event, its base64 flag, and the bytes that it stands for."""
    encoded = base64.b64encode(body).decode()
    try:
        plain = body.decode()
    except UnicodeDecodeError:
        return encoded, True, body
    match chance.randrange(16):
        case 0:
            return encoded, False, encoded.encode()
        case 1:
            return plain, True, _decoded(plain)
        case n if n < 8:
            return plain or None, False, body
        case _:
            return encoded, True, body


def _decoded(text: str) -> bytes:
    """Decode base64. Invalid base64 stays as it is."""
    try:
        return base64.b64decode(text.encode(), validate=True)
    except binascii.Error:
        return text.encode()


def _cased(name: str, chance: Random) -> str:
    """Change the case of header names as gateways do."""
    spelt = chance.choice((name, name, name.upper(), name.title()))
    return spelt if spelt.lower() == name else name


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
