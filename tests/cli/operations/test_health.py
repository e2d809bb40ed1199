"""The webhook status in `status`: quick, and never more than is known."""

import socket
import time
from dataclasses import replace

import pytest

from platform_cli.errors import PlatformError
from platform_cli.operations.vendor_client import VendorHttp
from platform_cli.operations.webhook_registration import (
    RegistrationState,
    check_health,
    register_webhooks,
)
from platform_core import providers
from platform_core.errors import SecretMissing, VendorUnavailable
from platform_core.provider import Context
from tests.fakes.vendors import World

ADDRESS = "https://hooks.acme.example/webhooks/x"
MANAGED = [name for name in providers.provider_names() if providers.load_managed_registration(name)]
BY_HAND = [
    name for name in providers.provider_names() if not providers.load_managed_registration(name)
]


def without(context: Context, error: Exception) -> Context:
    def secret(name: str) -> str:
        raise error

    return replace(context, secret=secret)


@pytest.mark.parametrize("name", MANAGED)
def test_a_webhook_is_missing_until_it_is_registered(name: str) -> None:
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    assert check_health(name, ADDRESS, world.context).state is RegistrationState.MISSING
    module.register(world.context, ADDRESS)
    assert check_health(name, ADDRESS, world.context).state is RegistrationState.REGISTERED


@pytest.mark.parametrize("name", MANAGED)
def test_a_webhook_of_a_former_address_is_not_healthy(name: str) -> None:
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    module.register(world.context, ADDRESS)
    context = replace(world.context, open_address=ADDRESS)
    current = f"{ADDRESS}/0a1b"
    former = check_health(name, current, context)
    assert (former.state, former.is_healthy) == (RegistrationState.FORMER, False)
    assert former.hooks
    register_webhooks(name, current, context)
    assert check_health(name, current, context).state is RegistrationState.REGISTERED


@pytest.mark.parametrize("name", ["shopify_advanced", "woocommerce"])
def test_a_registration_that_stopped_halfway_is_not_healthy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """These vendors have a webhook for each event; some are at the new address already."""
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    first, *others = module.register(world.context, ADDRESS)
    assert others
    current = f"{ADDRESS}/0a1b"
    listed = [replace(first, address=current), *others]
    monkeypatch.setattr(module, "hooks", lambda _: listed)
    context = replace(world.context, open_address=ADDRESS)
    half = check_health(name, current, context)
    assert (half.state, list(half.hooks)) == (RegistrationState.FORMER, others)
    assert f"platform webhooks register {context.client_id}" in half.note
    # A former webhook whose events all arrive at the current address as well is a leftover.
    listed = [*(replace(hook, address=current) for hook in listed), *others]
    assert check_health(name, current, context).state is RegistrationState.REGISTERED


@pytest.mark.parametrize("name", MANAGED)
def test_a_webhook_cannot_be_checked_without_permission(name: str) -> None:
    context = World(name).context
    status = check_health(name, ADDRESS, without(context, SecretMissing("x")))
    assert status.state == "could not check"
    assert status.note.endswith("is not set")
    status = check_health(name, ADDRESS, without(context, PlatformError("ssm is not allowed")))
    assert (status.state, status.note) == (RegistrationState.UNKNOWN, "ssm is not allowed")


@pytest.mark.parametrize("name", BY_HAND)
def test_a_vendor_without_an_api_cannot_be_checked(name: str) -> None:
    status = check_health(name, ADDRESS, World(name).context)
    assert (status.state, status.note) == (
        RegistrationState.UNKNOWN,
        "the vendor has no API for it",
    )


def test_a_vendor_that_never_answers_times_out() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        started = time.monotonic()
        http = VendorHttp(f"http://127.0.0.1:{mute.getsockname()[1]}", until=started + 0.3)
        for name in MANAGED:
            status = check_health(name, ADDRESS, replace(World(name).context, http=http))
            assert status.state is RegistrationState.UNKNOWN
        assert time.monotonic() - started < 5, "the time is that of all of them together"
        with pytest.raises(VendorUnavailable, match="in time"):
            http("GET", "https://vendor.example/hooks")
