"""Promises of every `registration.py`, which registers the webhooks at a vendor."""

from dataclasses import replace

import pytest

from platform_core import providers
from platform_core.contract import MANAGE_PREFIX
from platform_core.errors import SecretMissing
from platform_core.provider import Context
from tests.fakes.vendors import World

ADDRESS = "https://hooks.acme.example/webhooks/x"
ELSEWHERE = "https://other.example/hook"

NAMES = providers.provider_names()
every_provider = pytest.mark.parametrize("name", NAMES)
every_managed = pytest.mark.parametrize(
    "name", [name for name in NAMES if providers.load_managed_registration(name)]
)


def without_secrets(context: Context) -> Context:
    def missing(name: str) -> str:
        raise SecretMissing(name)

    return replace(context, secret=missing)


@every_provider
def test_manual_steps_are_described(name: str) -> None:
    context = without_secrets(World(name).context)
    steps = providers.load_registration(name).instructions(context, ADDRESS)
    assert any(ADDRESS in step for step in steps)
    assert all(step == step.strip() and step.endswith(".") and "\n" not in step for step in steps)


@every_managed
def test_the_management_token_is_an_optional_secret(name: str) -> None:
    module = providers.load_managed_registration(name)
    assert module
    needs = {need.name: need for need in providers.load_manifest(name).needs.secrets}
    assert module.MANAGE_TOKEN.startswith(MANAGE_PREFIX)
    assert not needs[module.MANAGE_TOKEN].required
    with pytest.raises(SecretMissing):
        module.hooks(without_secrets(World(name).context))


@every_managed
def test_functions_do_not_need_the_management_token(name: str) -> None:
    """The cloud's functions do not call it without that secret: their roles cannot read it."""
    module, world = providers.load_managed_registration(name), World(name)
    assert module
    context = world.context

    def secret(key: str) -> str:
        if key.startswith(MANAGE_PREFIX):
            raise SecretMissing(key)
        return context.secret(key)

    content, function_context = providers.load_content(name), replace(context, secret=secret)
    for item in content.list_all(function_context):
        assert content.current(function_context, item.id, item.content_type)


@every_managed
def test_registering_again_changes_nothing(name: str) -> None:
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    assert module.hooks(world.context) == ()
    webhooks = module.register(world.context, ADDRESS)
    assert webhooks
    assert all(hook.address == ADDRESS and hook.active and not hook.trouble for hook in webhooks)
    assert module.register(world.context, ADDRESS) == webhooks
    assert list(module.hooks(world.context)) == list(webhooks)


@every_managed
def test_webhooks_with_another_address_are_not_changed(name: str) -> None:
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    foreign = module.register(world.context, ELSEWHERE)
    webhooks = module.register(world.context, ADDRESS)
    assert set(module.hooks(world.context)) == {*foreign, *webhooks}


@every_managed
@pytest.mark.parametrize("former", ["", "/0a1b"], ids=["open form", "former token"])
def test_a_webhook_of_a_former_address_is_changed_in_place(name: str, former: str) -> None:
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    foreign = module.register(world.context, ELSEWHERE)
    moved = module.register(world.context, f"{ADDRESS}{former}")
    context = replace(world.context, open_address=ADDRESS)
    current = f"{ADDRESS}/7f3e"
    webhooks = module.register(context, current)
    assert {hook.id for hook in webhooks} == {hook.id for hook in moved}
    assert {hook.address for hook in webhooks} == {current}
    assert set(module.hooks(context)) == {*foreign, *webhooks}
    assert module.register(context, current) == webhooks


@every_managed
def test_an_address_that_only_starts_like_ours_is_another(name: str) -> None:
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    other = module.register(world.context, f"{ADDRESS}-other")
    context = replace(world.context, open_address=ADDRESS)
    webhooks = module.register(context, ADDRESS)
    assert set(module.hooks(context)) == {*other, *webhooks}
