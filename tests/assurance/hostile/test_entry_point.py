"""A delivery is accepted exactly if a valid secret signed its bytes, for any content.

The requests go through the router's real handler: the gateway's event, the verification, the row
and the log. `python -m tests.assurance.hostile` sends a million of them and prints a table.
"""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core import providers
from tests.assurance.hostile.clients import Client
from tests.assurance.hostile.verdict import judged
from tests.fakes import vendors


@pytest.mark.parametrize("name", providers.provider_names())
def test_only_signed_requests_are_accepted(name: str) -> None:
    clients = [Client(name, event) for event in sorted(vendors.recordings(name))]
    seen: Counter[str] = Counter()

    @settings(max_examples=150)
    @given(chance=st.randoms(use_true_random=False), which=st.sampled_from(clients))
    def attack(chance: Random, which: Client) -> None:
        seen[judged(which, chance)] += 1

    attack()
    chance = Random(name)
    for _ in range(400):
        seen[judged(chance.choice(clients), chance)] += 1
    assert seen["accepted"] > 50
    assert seen["refused"] > 50
    assert seen["put off"]
