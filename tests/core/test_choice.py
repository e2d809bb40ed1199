"""Composed schemes: a forged signature never falls back to a weaker proof."""

from dataclasses import replace

import pytest

from platform_core.errors import Rejected, SecretMissing
from platform_core.ingress.receive import receive
from platform_core.webhooks.composite_signatures import BySetting, SignatureOrToken
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signatures import HmacBody, StandardWebhooks, StaticHeader
from tests.fakes.world import NOW, SECRET, Shop, World, a_request

KEY = b"whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q="
TOKEN = b"a token"
EITHER = SignatureOrToken(
    "webhook-signature", StandardWebhooks(), StaticHeader("x-token"), b"whsec_"
)
HOSTS = BySetting(
    "repository", {"one": HmacBody("x-signature"), "two": EITHER, "three": StaticHeader("x-three")}
)
BOTH = Secrets((KEY, TOKEN))


def proven(headers: dict[str, str], secrets: Secrets) -> None:
    EITHER.verify(a_request(b"{}", **headers), secrets, NOW)


def test_a_signing_secret_signs_and_a_token_is_sent_unchanged() -> None:
    assert "webhook-signature" in EITHER.sign(a_request(), KEY, NOW)
    assert EITHER.sign(a_request(), TOKEN, NOW) == {"x-token": "a token"}
    for secret in (KEY, TOKEN):
        proven(EITHER.sign(a_request(), secret, NOW), BOTH)


def test_a_valid_token_does_not_excuse_a_forged_signature() -> None:
    signed = EITHER.sign(a_request(), KEY, NOW)
    for forged in ("", "v1,AAAA", signed["webhook-signature"][:-2]):
        with pytest.raises(Rejected):
            proven({**signed, "webhook-signature": forged, "x-token": "a token"}, BOTH)
    with pytest.raises(Rejected):
        proven({"webhook-signature": "v1,AAAA", "x-token": "a token"}, Secrets((TOKEN,)))


def test_a_signing_secret_and_a_token_are_not_interchangeable() -> None:
    with pytest.raises(Rejected):
        proven({"x-token": KEY.decode()}, Secrets((KEY,)))
    signed = StandardWebhooks().sign(a_request(), b"dG9rZW4=", NOW)
    with pytest.raises(Rejected):
        proven(signed, Secrets((b"dG9rZW4=",)))


def test_a_missing_secret_is_an_outage_and_not_a_rejection() -> None:
    with pytest.raises(SecretMissing):
        proven({"x-token": ""}, Secrets((b"",)))


def test_a_setting_selects_the_scheme_of_a_client() -> None:
    assert HOSTS.bind({"repository": "one:a/b"}) == HmacBody("x-signature")
    assert HOSTS.bind({"repository": "two:a/b"}) == EITHER
    with pytest.raises(LookupError):
        HOSTS.bind({})
    with pytest.raises(LookupError):
        HOSTS.bind({"repository": "four:a/b"})
    assert replace(HOSTS, default="three").bind({}) == StaticHeader("x-three")


def test_the_endpoint_accepts_no_proof_of_another_host() -> None:
    module = Shop()
    module.SIGNATURE = replace(HOSTS)
    request = a_request(b"{}", **{"x-three": SECRET.decode()})
    for setting, status in (("one:x", 401), ("two:x", 401), ("three:x", 200)):
        deps = World(module, {"repository": setting}).deps
        assert receive(request, "shop", deps).status == status


def test_credentials_of_all_parts_are_removed_before_storage() -> None:
    assert HOSTS.secret_headers == {"x-token", "x-three"}
