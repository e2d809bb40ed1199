"""How vendors learn where to deliver: what every `registration.py` promises."""

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
def test_a_person_is_told_what_to_do(name: str) -> None:
    context = without_secrets(World(name).context)
    steps = providers.load_registration(name).instructions(context, ADDRESS)
    assert any(ADDRESS in step for step in steps)
    assert all(step == step.strip() and step.endswith(".") and "\n" not in step for step in steps)


@every_managed
def test_the_right_to_manage_is_a_secret_that_is_not_required(name: str) -> None:
    module = providers.load_managed_registration(name)
    assert module
    needs = {need.name: need for need in providers.load_manifest(name).needs.secrets}
    assert module.MANAGE_TOKEN.startswith(MANAGE_PREFIX)
    assert not needs[module.MANAGE_TOKEN].required
    with pytest.raises(SecretMissing):
        module.hooks(without_secrets(World(name).context))


@every_managed
def test_the_right_to_manage_is_no_functions(name: str) -> None:
    """What the cloud's functions call does without it: their roles cannot read it."""
    module, world = providers.load_managed_registration(name), World(name)
    assert module
    context = world.context

    def secret(wanted: str) -> str:
        if wanted.startswith(MANAGE_PREFIX):
            raise SecretMissing(wanted)
        return context.secret(wanted)

    content, seen = providers.load_content(name), replace(context, secret=secret)
    for item in content.list_all(seen):
        assert content.current(seen, item.id, item.content_type)


@every_managed
def test_registering_again_changes_nothing(name: str) -> None:
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    assert module.hooks(world.context) == ()
    made = module.register(world.context, ADDRESS)
    assert made
    assert all(hook.address == ADDRESS and hook.active and not hook.trouble for hook in made)
    assert module.register(world.context, ADDRESS) == made
    assert list(module.hooks(world.context)) == list(made)


@every_managed
def test_what_delivers_elsewhere_is_left_alone(name: str) -> None:
    world, module = World(name), providers.load_managed_registration(name)
    assert module
    other = module.register(world.context, ELSEWHERE)
    made = module.register(world.context, ADDRESS)
    assert set(module.hooks(world.context)) == {*other, *made}
