"""Authentic, and hostile: what vendors send and answer, bent out of shape.

A change comes of it that everything behind can carry, or an expected failure, which puts the
delivery off. Never anything else: an unexpected one would be tried again for nothing.
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
from tests.assurance.hostile.soundness import (
    assert_carried,
    assert_kept,
    assert_shown,
)
from tests.fakes import vendors

every_delivery = pytest.mark.parametrize(("name", "event"), recorded())
every_provider = pytest.mark.parametrize("name", providers.provider_names())
chances = st.randoms(use_true_random=False)


def delivered(name: str, event: str, chance: Random) -> Request:
    """A recorded delivery, distorted by the vendor itself."""
    recording = vendors.recordings(name)[event]
    said = recording.get("body") or {"id": recording["body_text"]}
    body = nonsense.written(nonsense.distorted(said, chance), chance)
    headers = dict(recording["headers"])
    if headers and chance.randrange(10) == 0:
        headers[chance.choice(sorted(headers))] = nonsense.text(chance)
    made = vendors.request(body, headers)
    return vendors.signed(name, made, settings=vendors.settings_of(name, event))


@every_delivery
@settings(max_examples=25)
@given(chance=chances)
def test_a_hostile_delivery_is_carried_or_put_off(name: str, event: str, chance: Random) -> None:
    world = vendors.World(name, vendors.settings_of(name, event))
    made = delivered(name, event, chance)
    try:
        world.double.record(vendors.signed(name, vendors.unsigned(vendors.recordings(name)[event])))
        for change in world.changes(made):
            assert_carried(change, world)
    except PipelineError:
        pass


@every_provider
@settings(max_examples=60)
@given(chance=chances, share=st.integers(1, 4))
def test_a_hostile_listing_is_carried_or_put_off(name: str, chance: Random, share: int) -> None:
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
def test_a_delivery_whose_vendor_tells_nonsense(name: str, event: str, chance: Random) -> None:
    settings = vendors.settings_of(name, event)
    world = Liar(name, settings, chance=chance, share=2)
    made = vendors.unsigned(vendors.recordings(name)[event])
    made = vendors.signed(name, made, settings=settings)
    try:
        world.double.record(made)
        for change in world.changes(made):
            assert_carried(change, world)
    except PipelineError:
        pass


@every_provider
@pytest.mark.parametrize("repeats", [True, False])
def test_a_listing_without_an_end_is_given_up(name: str, repeats: bool) -> None:
    """More than a few hundred questions raise `Endless`, which nobody expects."""
    world = Promising(name, repeats=repeats)
    try:
        for _ in providers.load_content(name).list_all(world.context):
            pass
    except PipelineError:
        pass
