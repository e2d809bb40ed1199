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
RECOMMENDED = "platform webhooks rotate acme"
UNTIL = "2026-11-30T00:53:20Z"


def shown(tokens: AddressTokens, *entries: Registration) -> str:
    out = io.StringIO()
    show_webhooks(Screen(Flags(), out, out), WebhookReport("acme", entries, tokens))
    return out.getvalue()


def test_the_open_form_comes_with_the_recommendation_to_rotate() -> None:
    assert RECOMMENDED in shown(AddressTokens(), ENTRY)


@pytest.mark.parametrize("tokens", [AddressTokens("0a"), AddressTokens("0a", FORMER)])
def test_an_address_with_a_token_needs_no_recommendation(tokens: AddressTokens) -> None:
    assert RECOMMENDED not in shown(tokens, ENTRY)


def test_a_client_without_providers_gets_none_either() -> None:
    assert RECOMMENDED not in shown(AddressTokens())


def test_the_end_of_the_former_address_is_shown() -> None:
    tokens = AddressTokens("0a", FORMER)
    assert UNTIL in shown(tokens, ENTRY)
    assert webhooks_data(WebhookReport("acme", (ENTRY,), tokens))["former_until"] == UNTIL
