"""`webhooks list` says which address is in use, and what to do about it."""

import io

import pytest

from platform_cli.api.operations.webhooks import WebhookReport
from platform_cli.operations.webhook_registration import Registration, RegistrationState
from platform_cli.screen import Flags, Screen
from platform_cli.views.vendors import show_webhooks, webhooks_data
from platform_core.webhooks.addresses import AddressTokens, FormerAddress

ADDRESS = "https://hooks.acme.example/webhooks/sanity"
ENTRY = Registration("sanity", ADDRESS, RegistrationState.REGISTERED)
FORMER = FormerAddress("", 1796000000)
BY_HAND = Registration("tina", ADDRESS, RegistrationState.MANUAL)
RECOMMENDED = "platform webhooks rotate acme --env staging"
UNTIL = "2026-11-30T00:53:20.000Z"


def report(tokens: AddressTokens, *entries: Registration, is_local: bool = False) -> WebhookReport:
    return WebhookReport("acme", "staging", is_local, entries, tokens)


def shown(tokens: AddressTokens, *entries: Registration, is_local: bool = False) -> str:
    out = io.StringIO()
    show_webhooks(Screen(Flags(), out, out), report(tokens, *entries, is_local=is_local))
    return out.getvalue()


def test_the_open_form_comes_with_the_recommendation_to_rotate() -> None:
    assert RECOMMENDED in shown(AddressTokens(), ENTRY)
    assert RECOMMENDED not in shown(AddressTokens(), ENTRY, is_local=True)


@pytest.mark.parametrize("tokens", [AddressTokens("0a"), AddressTokens("0a", FORMER)])
def test_an_address_with_a_token_needs_no_recommendation(tokens: AddressTokens) -> None:
    assert RECOMMENDED not in shown(tokens, ENTRY)


def test_a_client_without_providers_gets_none_either() -> None:
    assert RECOMMENDED not in shown(AddressTokens())


def test_the_end_of_the_former_address_is_shown() -> None:
    tokens = AddressTokens("0a", FORMER)
    assert UNTIL in shown(tokens, ENTRY)
    assert webhooks_data(report(tokens, ENTRY))["former_until"] == UNTIL


def test_a_webhook_by_hand_is_open_while_a_former_address_is_valid() -> None:
    """Nobody can check whether a person has moved it, so `verify` does not pass it."""
    tokens = AddressTokens("0a", FORMER)
    rotated = report(tokens, ENTRY, BY_HAND)
    assert (rotated.is_well, rotated.is_complete) == (False, False)
    text = shown(tokens, ENTRY, BY_HAND)
    assert "move the webhooks of tina by hand" in text
    assert "platform webhooks register acme --env staging" in text
    assert report(AddressTokens("0a"), ENTRY, BY_HAND).is_complete
    assert report(tokens, ENTRY).is_complete
