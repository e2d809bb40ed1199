"""Attacks on the webhook endpoint by a sender who does not know the secret.

No attack is accepted.
"""

import base64
from collections.abc import Iterator, Mapping

import pytest

from tests import outside

KEY = b"whsec_" + base64.b64encode(b"k" * 32)
BODY = b'{"object_kind":"push","ref":"refs/heads/main","sys":{"id":"x","revision":1}}'
REPOSITORIES = [{"repository": "github:a/b"}, {"repository": "gitlab:a/b"}]
TINA = [{"webhooks": way, "repository": "github:a/b"} for way in ("git", "tinacloud")]
SETTINGS: Mapping[str, list[dict[str, str]]] = {"decap": REPOSITORIES, "tina": TINA}
"""Settings that choose another signature; other providers have one scheme."""
GUESSES = (b"", b"whsec_", b"other", b"None", b"null", b"undefined")
"""Secrets that an attacker tries, and the provider's own name."""


def settings_of(provider: str) -> list[dict[str, str]]:
    return SETTINGS.get(provider, [{}])


def forged_headers(guess: bytes) -> Iterator[dict[str, str]]:
    """Yield signatures of every scheme made with a guessed secret, each in several spellings."""
    for provider in outside.webhook_providers():
        for settings in settings_of(provider):
            try:
                headers = outside.sign(provider, BODY, guess, settings)
            except ValueError:
                continue
            yield headers
            yield {name: f"{value}, {value}" for name, value in headers.items()}
            yield dict.fromkeys(headers, "")
            yield {name: value.upper() for name, value in headers.items()}
            yield {name: f" {value}" for name, value in headers.items()}
            yield {name: f"{value}\u0660" for name, value in headers.items()}


def accepted(endpoint: outside.Endpoint, headers: Mapping[str, str]) -> bool:
    """Check whether a request is accepted. Only a success, a 401 and a 503 are valid responses."""
    reply = outside.receive(endpoint, BODY, headers)
    assert reply.status in {200, 401, 503}, reply
    return reply.status == 200 and reply.outcome != "greeted"


@pytest.mark.parametrize("provider", outside.webhook_providers())
def test_a_guessed_secret_never_gets_in(provider: str) -> None:
    guesses = (*GUESSES, provider.encode())
    forged = [(guess, headers) for guess in guesses for headers in forged_headers(guess)]
    assert len(forged) > 500
    for settings in settings_of(provider):
        for secret in (KEY, b"plain-secret", b"", b"whsec_"):
            endpoint = outside.endpoint(provider, settings, [secret])
            for guess, headers in forged:
                assert guess == secret or not accepted(endpoint, headers), (secret, headers)


@pytest.mark.parametrize("secret", [b" ", b"\x00"], ids=["space", "NUL"])
def test_a_secret_that_looks_empty_proves_nothing(secret: bytes) -> None:
    forged = [headers for guess in (b"", secret) for headers in forged_headers(guess)]
    open_to_guesses = {
        provider
        for provider in outside.webhook_providers()
        for settings in settings_of(provider)
        if any(accepted(outside.endpoint(provider, settings, [secret]), each) for each in forged)
    }
    assert open_to_guesses == set()


SHORT = ("", " ", "a", "whsec_YQ==", "fifteen letters", " between spaces of a line ", "\0" * 20)


@pytest.mark.parametrize("provider", outside.webhook_providers())
def test_a_secret_that_is_easy_to_guess_cannot_be_set(provider: str) -> None:
    for settings in settings_of(provider):
        assert all(outside.secret_weakness(provider, secret, settings) for secret in SHORT)
        assert not outside.secret_weakness(provider, KEY.decode(), settings)


@pytest.mark.parametrize("tokens", [1, 1000], ids=["one token", "many tokens"])
def test_a_genuine_delivery_is_put_off_and_not_refused_in_a_flood(tokens: int) -> None:
    endpoint = outside.endpoint("snipcart", secrets=[KEY])
    for number in range(1000):
        headers = {"x-snipcart-requesttoken": f"forged-{number % tokens}"}
        assert outside.receive(endpoint, b"{}", headers).status in {401, 503}
    assert len(endpoint.vendor_calls) <= 20
    endpoint.vendor_status = 200
    order = b'{"eventName": "order.completed", "content": {"token": "a"}}'
    genuine = {"x-snipcart-requesttoken": "genuine"}
    assert outside.receive(endpoint, order, genuine).outcome == "accepted"


IDS = ("a" * 9000, "\u202e\x1b[31m", "a\r\nb", "é", "e\u0301", " ", "%2f")


@pytest.mark.parametrize("message_id", IDS, ids=ascii)
def test_a_message_id_of_the_sender_never_reaches_a_key_as_it_is(message_id: str) -> None:
    endpoint = outside.endpoint("generic", secrets=[KEY])
    headers = outside.sign("generic", BODY, KEY) | {"webhook-id": message_id}
    reply = outside.receive(endpoint, BODY, headers)
    assert reply.status in {200, 401}
    assert reply.delivery_id.isascii()
    assert len(reply.delivery_id) < 300


BODIES = (
    b'{"a":1,"a":2}', b'{"a":1e400}', b'{"a":' + b"9" * 5000 + b"}", b"[" * 70 + b"]" * 70,
    b"[" * 100_000, b"\xff", b"\xef\xbb\xbf{}", b'{"a":"\\ud800"}', b"", b"null",
    b'{"sys":{"id":1,"revision":{}}}', b'{"a":NaN}',
)  # fmt: skip


@pytest.mark.parametrize("provider", outside.webhook_providers())
def test_a_signed_body_of_any_shape_is_stored(provider: str) -> None:
    settings = settings_of(provider)[0]
    endpoint = outside.endpoint(provider, settings, [KEY])
    endpoint.vendor_status = 200
    for body in BODIES:
        reply = outside.receive(endpoint, body, outside.sign(provider, body, KEY, settings))
        assert reply.status == 200, (body[:20], reply)


def test_forged_requests_make_few_calls_to_the_provider() -> None:
    endpoint = outside.endpoint("snipcart", secrets=[b"secret-key", b"previous-key"])
    headers = {"x-snipcart-requesttoken": "same-token"}
    statuses = {outside.receive(endpoint, b"{}", headers).status for _ in range(1000)}
    assert 200 not in statuses
    assert len(endpoint.vendor_calls) <= 20
