"""Malicious deliveries, signed or not, and forgeries of genuine ones."""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random

from platform_core.contract import RELEASE_MANIFEST, release_prefix
from platform_core.webhooks.request import MAX_BODY, Request
from tests.fakes.pipeline import World

HEADER = "x-shop-signature"
FORGER = b"a stolen letterhead"
NEIGHBOUR = b"the secret of another client"

_DEEP = 100_000
BODIES = (
    b"", b"null", b"[]", b'"text"', b"\xff\xfe\x00", b"\xef\xbb\xbf{}", b"{", b'{"kind": NaN}',
    b'{"kind": "order", "kind": "removal"}', b"[" * _DEEP, b"[" * 65 + b"]" * 65,
    b'{"kind": 1e999}', b'{"kind": ' + b"9" * 5_000 + b"}", b'{"kind": "upsert", "items": 7}',
    b'{"kind": "upsert", "items": [{"id": "\\ud800"}]}', b'{"kind": ["upsert"]}',
    b'{"kind": "upsert", "items": [{"id": "../../etc/passwd", "version": "DROP TABLE"}]}',
    b'{"kind": "removal", "id": {"$gt": ""}, "version": "x"}', b'{"kind": "nobody knows it"}',
    b"x" * (MAX_BODY + 1), b'{"kind": "order"}',
)  # fmt: skip
"""A vendor sends none of these, but each is signed as if it did."""
HEADERS: tuple[dict[str, str], ...] = (
    {"content-encoding": "gzip"}, {"x-evil": "\ud800\n\r{}"}, {"": "nameless"},
    {"content-type": "text/xml; charset=utf-7"}, {"x-long": "x" * 10_000}, {},
)  # fmt: skip
MANIFESTS = (
    b"", b"null", b"[]", b"{}", b"\xff\xfe", b"[" * _DEEP, b'{"attempt": "another", "files": {}}',
    b'{"attempt": ATTEMPT, "files": null}', b'{"attempt": ATTEMPT, "files": {"a": 7}}',
    b'{"attempt": ATTEMPT, "files": {"a": {"key": "releases/another/a", "size": 1}}}',
    b'{"attempt": ATTEMPT, "files": {"a": {"key": "assets/../a", "size": 1}}}',
    b'{"attempt": ATTEMPT, "files": {"a": {"key": "releases/' + b"x" * 2_000 + b'", "size": 1}}}',
    b'{"attempt": ATTEMPT, "files": {"a": {"key": 1, "size": ' + b"9" * 5_000 + b"}}}",
)  # fmt: skip
"""Lists of files that a build may leave behind: its packages run with its rights."""
Sign = Callable[[Request, bytes], Request]


def crafted(random: Random) -> tuple[bytes, dict[str, str]]:
    """Return a body and headers from a sender who knows the secret."""
    return random.choice(BODIES), dict(random.choice(HEADERS))


def leave_manifest(world: World, attempt: str, random: Random) -> None:
    """Replace the list of files of a build by one that no honest build writes."""
    body = random.choice(MANIFESTS).replace(b"ATTEMPT", json.dumps(attempt).encode())
    world.pages.files[f"{release_prefix(attempt)}{RELEASE_MANIFEST}"] = (body, world.clock())


def forged(genuine: Request, random: Random, sign: Sign) -> Request:
    """Return forgeries of a delivery by a sender without the secret."""
    body, proof = genuine.body, genuine.headers[HEADER]
    cut, place = random.randrange(len(body)), random.randrange(len(body))
    flipped = body[:place] + bytes([body[place] ^ (1 << random.randrange(8))]) + body[place + 1 :]
    other = json.dumps({**json.loads(body), "number": -1}).encode()
    return random.choice(
        (
            sign(replace(genuine, body=other), FORGER),
            sign(genuine, NEIGHBOUR),
            sign(genuine, b""),
            replace(genuine, body=other),
            replace(genuine, body=body[:cut]),
            replace(genuine, body=flipped),
            replace(genuine, headers={HEADER: proof[:-6] + ("A" if proof[-6] != "A" else "B")}),
            replace(genuine, headers={HEADER: f"{proof}, {proof}"}),
            replace(genuine, headers={}),
        )
    )
