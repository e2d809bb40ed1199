"""Authentic but hostile data: distorted deliveries and responses of vendors.

Each leads to a change that all later stages can represent, or to an expected error, which puts the
delivery off. An unexpected error would be retried without a chance of success.
"""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core import providers
from platform_core.errors import PipelineError
from platform_core.webhooks.request import Request
from tests.assurance.hostile import nonsense
from tests.assurance.hostile.apis import Liar, Promising
from tests.assurance.hostile.clients import recorded
from tests.assurance.hostile.soundness import assert_carried, assert_kept, assert_shown
from tests.fakes import vendors

every_delivery = pytest.mark.parametrize(("name", "event"), recorded())
every_provider = pytest.mark.parametrize("name", providers.provider_names())
chances = st.randoms(use_true_random=False)


def delivered(name: str, event: str, chance: Random) -> Request:
    """Return a recorded delivery, distorted by the vendor itself."""
    recording = vendors.recordings(name)[event]
    body_value = recording.get("body") or {"id": recording["body_text"]}
    body = nonsense.written(nonsense.distorted(body_value, chance), chance)
    headers = dict(recording["headers"])
    if headers and chance.randrange(10) == 0:
        headers[chance.choice(sorted(headers))] = nonsense.text(chance)
    delivery = vendors.request(body, headers)
    return vendors.signed(name, delivery, settings=vendors.settings_of(name, event))


@every_delivery
@settings(max_examples=25)
@given(chance=chances)
def test_a_hostile_delivery_is_applied_or_put_off(name: str, event: str, chance: Random) -> None:
    world = vendors.World(name, vendors.settings_of(name, event))
    delivery = delivered(name, event, chance)
    try:
        world.double.record(vendors.signed(name, vendors.unsigned(vendors.recordings(name)[event])))
        for change in world.changes(delivery):
            assert_carried(change, world)
    except PipelineError:
        pass


@every_provider
@settings(max_examples=60)
@given(chance=chances, share=st.integers(1, 4))
def test_a_hostile_listing_is_applied_or_put_off(name: str, chance: Random, share: int) -> None:
    world = Liar(name, chance=chance, share=share)
    try:
        for item in providers.load_content(name).list_all(world.context):
            assert_kept(item)
            assert_shown(item, world)
    except PipelineError:
        pass


@every_delivery
@settings(max_examples=10)
@given(chance=chances)
def test_nonsense_from_the_vendors_api_raises_expected_errors_only(
    name: str, event: str, chance: Random
) -> None:
    settings = vendors.settings_of(name, event)
    world = Liar(name, settings, chance=chance, share=2)
    delivery = vendors.unsigned(vendors.recordings(name)[event])
    delivery = vendors.signed(name, delivery, settings=settings)
    try:
        world.double.record(delivery)
        for change in world.changes(delivery):
            assert_carried(change, world)
    except PipelineError:
        pass


@every_provider
@pytest.mark.parametrize("repeats", [True, False])
def test_an_endless_listing_is_given_up(name: str, repeats: bool) -> None:
    """More than a few hundred requests raise `Endless`, which no code catches."""
    world = Promising(name, repeats=repeats)
    try:
        for _ in providers.load_content(name).list_all(world.context):
            pass
    except PipelineError:
        pass
