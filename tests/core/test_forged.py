"""Nobody without the secret gets in, and nothing that anybody sends is answered with a 5xx.

For every provider: its recorded deliveries, properly signed, and forgeries of them, sent to the
webhook endpoint in front of in-memory stores. 1,000 forgeries a provider; 10,000 with
`--hypothesis-profile many`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core import providers
from platform_core.ingress.receive import IngressDeps, IngressResponse, receive
from platform_core.webhooks.request import MAX_BODY, Request
from platform_core.webhooks.signatures import Scheme
from tests.fakes import vendors, world

TRIES = 10_000 if settings.get_current_profile_name() == "many" else 1_000
SECRET = vendors.SECRET
REFUSALS = {401, 404, 413, 415}


@dataclass(frozen=True)
class Seen:
    """A delivery as somebody saw it pass, and the door that let it in."""

    provider: str
    scheme: Scheme
    bare: Request
    """Without its proof."""
    door: IngressDeps
    inbox: world.MemoryInbox

    @property
    def proof(self) -> dict[str, str]:
        """The headers that prove it."""
        return self.proven_by(SECRET)

    def proven_by(self, secret: bytes) -> dict[str, str]:
        return self.scheme.sign(self.bare, secret, vendors.NOW.timestamp())

    def sent(self, request: Request, address: str | None = None) -> IngressResponse:
        return receive(request, self.provider if address is None else address, self.door)


Forgery = Callable[[Seen], tuple[Request, str | None]]
"""Makes, of a delivery that was seen, what is sent instead, and to which address."""


def seen(name: str) -> Iterator[Seen]:
    """Each recorded delivery of a provider, before the door of a client whom it is for."""
    for event, recording in vendors.recordings(name).items():
        given = vendors.made_settings(name, vendors.settings_of(name, event))
        client = vendors.World(name, vendors.settings_of(name, event))
        inbox = world.MemoryInbox()
        door = replace(
            world.World(providers.load_webhook(name)).door,
            find=lambda told: (name, providers.load_webhook(name)) if told == name else None,
            settings={name: given.model_dump(mode="json", exclude_unset=True)},
            secrets=world.MemorySecrets(SECRET),
            inbox=inbox,
            http=client.http,
            clock=lambda: vendors.NOW.timestamp(),
        )
        scheme = vendors.scheme_of(name, client.settings)
        yield Seen(name, scheme, vendors.unsigned(recording), door, inbox)


# --- what a forger may try ---------------------------------------------------------------------

anything = st.text(st.characters(), max_size=40)
"""Lone surrogates, controls and bidirectional marks included."""
DEEP = b"[" * 50_000
HUGE = bytes(MAX_BODY + 1)
CODECS = ("utf-16", "utf-32", "utf-7", "utf-8-sig", "latin-1", "cp037")


def other_bytes() -> st.SearchStrategy[Callable[[bytes], bytes]]:
    """A body made of the one that was seen."""
    place = st.integers(0, 4000)
    return st.one_of(
        st.binary(max_size=60).map(lambda new: lambda old: new),
        st.binary(min_size=1, max_size=20).map(lambda more: lambda old: old + more),
        place.map(lambda at: lambda old: old[: at % len(old)]),
        st.tuples(place, st.integers(0, 7)).map(lambda bit: lambda old: flipped(old, *bit)),
        st.sampled_from(CODECS).map(
            lambda codec: lambda old: old.decode().encode(codec, "replace")
        ),
        st.sampled_from([DEEP, HUGE, b"", b"null"]).map(lambda new: lambda old: new),
    )


def flipped(old: bytes, place: int, bit: int) -> bytes:
    at = place % len(old)
    return old[:at] + bytes([old[at] ^ 1 << bit]) + old[at + 1 :]


def of_another_body(edit: Callable[[bytes], bytes]) -> Forgery:
    """The proof of one body, with another. A credential would go with any: it is not to be had."""

    def forge(seen: Seen) -> tuple[Request, str | None]:
        body = edit(seen.bare.body)
        proof = {} if seen.scheme.secret_headers else seen.proof
        if body == seen.bare.body:
            proof = {}
        return with_headers(replace(seen.bare, body=body), proof), None

    return forge


def by_another_secret(secret: str) -> Forgery:
    if secret.encode() == SECRET:
        return lambda seen: (seen.bare, None)
    return lambda seen: (with_headers(seen.bare, seen.proven_by(secret.encode())), None)


def with_another_proof(text: str) -> Forgery:
    return lambda seen: (with_headers(seen.bare, dict.fromkeys(seen.proof, text)), None)


def with_a_shorter_proof(which: int, by: int) -> Forgery:
    """One of its headers cut at the end, or left out."""

    def forge(seen: Seen) -> tuple[Request, str | None]:
        proof = seen.proof
        name = sorted(proof)[which % len(proof)]
        return with_headers(seen.bare, {**proof, name: proof[name][:-by]}), None

    return forge


def for_nobody(address: str) -> Forgery:
    """Well proven, and sent to a provider that this client has not."""
    return lambda seen: (with_headers(seen.bare, seen.proof), f"{address}/")


def with_headers(request: Request, headers: dict[str, str]) -> Request:
    return replace(request, headers={**request.headers, **headers})


def among(forgery: Forgery, noise: dict[str, str]) -> Forgery:
    """Beside other headers, which prove nothing."""

    def forge(seen: Seen) -> tuple[Request, str | None]:
        request, address = forgery(seen)
        return replace(request, headers={**noise, **request.headers}), address

    return forge


forgeries = st.builds(
    among,
    st.one_of(
        st.builds(of_another_body, other_bytes()),
        st.builds(by_another_secret, st.text(min_size=1, max_size=40)),
        st.builds(with_another_proof, anything),
        st.builds(with_a_shorter_proof, st.integers(0, 3), st.integers(1, 40)),
        st.builds(for_nobody, anything),
    ),
    st.dictionaries(anything, anything, max_size=2),
)


# --- what comes of it --------------------------------------------------------------------------


@pytest.mark.parametrize("name", providers.provider_names())
def test_no_forgery_is_let_in(name: str) -> None:
    found = list(seen(name))
    for each in found:
        assert each.sent(with_headers(each.bare, each.proof)).outcome == "accepted"
    tried = 0

    @settings(max_examples=-(-TRIES // len(found)))
    @given(forgery=forgeries)
    def attack(forgery: Forgery) -> None:
        nonlocal tried
        for each in found:
            answer = each.sent(*forgery(each))
            assert answer.status in REFUSALS or answer.outcome == "greeted", answer
            assert each.inbox.puts == 1
            tried += 1

    attack()
    assert tried >= TRIES


@pytest.mark.parametrize("name", providers.provider_names())
@given(edit=other_bytes(), noise=st.dictionaries(anything, anything, max_size=3))
def test_whatever_a_vendor_signs_is_kept(
    name: str, edit: Callable[[bytes], bytes], noise: dict[str, str]
) -> None:
    """Understood or set aside; a vendor would only send the same again. A packed body is refused:
    no vendor of ours sends one."""
    kept = {"accepted", "quarantined", "too_large"}
    if "content-encoding" in noise:
        kept.add("encoded")
    for each in seen(name):
        made = replace(each.bare, body=edit(each.bare.body))
        made = replace(made, headers={**noise, **made.headers})
        proof = each.scheme.sign(made, SECRET, vendors.NOW.timestamp())
        answer = each.sent(with_headers(made, proof))
        assert answer.outcome in kept, answer
