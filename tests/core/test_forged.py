"""A request without the secret is rejected, and no request is answered with a 5xx.

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
from platform_core.ingress.call_backs import CallBackBudget
from platform_core.ingress.receive import IngressDeps, IngressResponse, receive
from platform_core.webhooks.request import MAX_BODY, Request
from platform_core.webhooks.signatures import Scheme
from tests.fakes import vendors, world

TRIES = 10_000 if settings.get_current_profile_name() == "many" else 1_000
SECRET = vendors.SECRET
REFUSALS = {401, 404, 413, 415}


@dataclass(frozen=True)
class Capture:
    """An observed delivery and the endpoint that accepted it."""

    provider: str
    scheme: Scheme
    bare: Request
    """The request without its proof."""
    door: IngressDeps
    inbox: world.MemoryInbox

    @property
    def proof(self) -> dict[str, str]:
        """Return the headers that prove the request."""
        return self.proven_by(SECRET)

    def proven_by(self, secret: bytes) -> dict[str, str]:
        return self.scheme.sign(self.bare, secret, vendors.NOW.timestamp())

    def sent(self, request: Request, address: str | None = None) -> IngressResponse:
        # Each forgery meets an unused budget of call-backs, so none is put off because of others.
        deps = replace(self.door, call_backs=CallBackBudget())
        return receive(request, self.provider if address is None else address, deps)


Forgery = Callable[[Capture], tuple[Request, str | None]]
"""Turns an observed delivery into a forged request and its address."""


def captures_of(name: str) -> Iterator[Capture]:
    """Return each recorded delivery of a provider, with the endpoint of a client that it is for."""
    for event, recording in vendors.recordings(name).items():
        settings = vendors.build_settings(name, vendors.settings_of(name, event))
        client = vendors.World(name, vendors.settings_of(name, event))
        inbox = world.MemoryInbox()
        deps = replace(
            world.World(providers.load_webhook(name)).deps,
            find=lambda told: (name, providers.load_webhook(name)) if told == name else None,
            settings={name: settings.model_dump(mode="json", exclude_unset=True)},
            secrets=world.MemorySecrets(SECRET),
            inbox=inbox,
            http=client.http,
            clock=lambda: vendors.NOW.timestamp(),
        )
        scheme = vendors.scheme_of(name, client.settings)
        yield Capture(name, scheme, vendors.unsigned(recording), deps, inbox)


# --- forgeries ---------------------------------------------------------------------------------

anything = st.text(st.characters(), max_size=40)
"""Includes lone surrogates, control characters and bidirectional marks."""
DEEP = b"[" * 50_000
HUGE = bytes(MAX_BODY + 1)
CODECS = ("utf-16", "utf-32", "utf-7", "utf-8-sig", "latin-1", "cp037")


def other_bytes() -> st.SearchStrategy[Callable[[bytes], bytes]]:
    """Return a body made from the observed one."""
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
    """Combine the proof of one body with another. A plain credential fits any body, so it is
    excluded."""

    def forge(capture: Capture) -> tuple[Request, str | None]:
        body = edit(capture.bare.body)
        proof = {} if capture.scheme.secret_headers else capture.proof
        if body == capture.bare.body:
            proof = {}
        return with_headers(replace(capture.bare, body=body), proof), None

    return forge


def by_another_secret(secret: str) -> Forgery:
    if secret.encode() == SECRET:
        return lambda capture: (capture.bare, None)
    return lambda capture: (with_headers(capture.bare, capture.proven_by(secret.encode())), None)


def with_another_proof(text: str) -> Forgery:
    return lambda capture: (with_headers(capture.bare, dict.fromkeys(capture.proof, text)), None)


def with_a_shorter_proof(which: int, by: int) -> Forgery:
    """Cut one header of the proof at its end, or leave it out."""

    def forge(capture: Capture) -> tuple[Request, str | None]:
        proof = capture.proof
        name = sorted(proof)[which % len(proof)]
        return with_headers(capture.bare, {**proof, name: proof[name][:-by]}), None

    return forge


def for_nobody(address: str) -> Forgery:
    """Send a valid proof to a provider that this client does not have."""
    return lambda capture: (with_headers(capture.bare, capture.proof), f"{address}/")


def with_headers(request: Request, headers: dict[str, str]) -> Request:
    return replace(request, headers={**request.headers, **headers})


def among(forgery: Forgery, noise: dict[str, str]) -> Forgery:
    """Add other headers, which prove nothing."""

    def forge(capture: Capture) -> tuple[Request, str | None]:
        request, address = forgery(capture)
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


# --- results -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", providers.provider_names())
def test_no_forgery_is_accepted(name: str) -> None:
    captures = list(captures_of(name))
    for capture in captures:
        assert capture.sent(with_headers(capture.bare, capture.proof)).outcome == "accepted"
    tried = 0

    @settings(max_examples=-(-TRIES // len(captures)))
    @given(forgery=forgeries)
    def attack(forgery: Forgery) -> None:
        nonlocal tried
        for capture in captures:
            answer = capture.sent(*forgery(capture))
            assert answer.status in REFUSALS or answer.outcome == "greeted", answer
            assert capture.inbox.puts == 1
            tried += 1

    attack()
    assert tried >= TRIES


@pytest.mark.parametrize("name", providers.provider_names())
@given(edit=other_bytes(), noise=st.dictionaries(anything, anything, max_size=3))
def test_any_delivery_signed_by_the_vendor_is_stored(
    name: str, edit: Callable[[bytes], bytes], noise: dict[str, str]
) -> None:
    """A delivery is applied or quarantined; after a refusal the vendor would send the same again.
    A compressed body is refused, because no supported vendor sends one."""
    stored_outcomes = {"accepted", "quarantined", "too_large"}
    if "content-encoding" in noise:
        stored_outcomes.add("encoded")
    for capture in captures_of(name):
        delivery = replace(capture.bare, body=edit(capture.bare.body))
        delivery = replace(delivery, headers={**noise, **delivery.headers})
        proof = capture.scheme.sign(delivery, SECRET, vendors.NOW.timestamp())
        answer = capture.sent(with_headers(delivery, proof))
        assert answer.outcome in stored_outcomes, answer
