"""The table converges on the vendor's content for any order and repetition of deliveries.

For each registered provider, Hypothesis turns its recordings into a history of edits of its
simulated API, and the real ingest applies the deliveries. To run many more examples:

    python -m pytest tests/core/test_convergence.py --hypothesis-profile many
"""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.sample_deliveries.deliveries import SampleDelivery, with_current_times, with_title
from platform_core import providers
from platform_core.content.model import content_digest
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.replay.replay import replay_deliveries
from platform_core.pipeline.vendors import Vendor
from platform_core.webhooks.request import Delivery
from tests.fakes import pipeline, vendors

DAY = 86_400.0
recordings = cache(vendors.recordings)
Edit = tuple[str, int, float]
"""Index of the recorded event, number in its new title, seconds since the edit before."""


class Life:
    """A simulated vendor and the client that receives its deliveries."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.vendor = vendors.World(provider)
        self.world = pipeline.World()
        self.now = self.world.clock() - DAY
        vendor = Vendor(
            provider, providers.load_content(provider), vendors.build_settings(provider)
        )
        providers_of_client = replace(
            self.world.vendors, known={provider: vendor}, http=self.vendor.http
        )
        self.ground = replace(self.world.ingest_deps, vendors=providers_of_client)
        self.content = vendor.content
        self.before: dict[str, object] = {}
        """The content that the vendor's API showed before the last edit."""
        self.context = providers_of_client.context(vendor)

    def happens(self, edit: Edit) -> str:
        """Apply an edit at the vendor, which delivers it. Return the delivery's id."""
        event, number, after = edit
        self.now += after
        self.before = self.vendor.state
        recording = recordings(self.provider)[event]
        unsigned = vendors.unsigned(recording)
        fresh = with_current_times(
            SampleDelivery(event, unsigned.headers, unsigned.body),
            datetime.fromtimestamp(self.now, UTC),
        )
        for change in recording["becomes"]:
            if title := change.get("upsert", {}).get("title"):
                fresh = with_title(fresh, title, f"{title} {number}")
        request = replace(vendors.request(fresh.body, fresh.headers), received_at=self.now)
        request = vendors.signed(self.provider, request, self.now)
        self.vendor.double.record(request)
        key = providers.load_webhook(self.provider).delivery_key(request)
        delivery = Delivery(self.provider, key, request)
        self.world.deliveries.keep(delivery)
        return delivery.id

    def driven(self, delivery_id: str, *, behind: bool = False) -> None:
        """Apply or replay a delivery, while the vendor's API may be one edit behind."""
        shown, self.vendor.state = self.vendor.state, self.before if behind else self.vendor.state
        if self.world.deliveries.status(delivery_id) == "pending":
            Ingest(self.ground).apply_deliveries([delivery_id])
        else:
            self.world.clock.sleep(100)
            replay_deliveries(self.ground, [delivery_id], self.world.clock() + DAY)
        self.vendor.state = shown

    def settled(self) -> None:
        """Let time pass until no delivery waits."""
        for _ in range(60):
            self.world.clock.sleep(3_600)
            if not Ingest(self.ground).sweep(self.world.clock() + DAY).pending:
                return
        raise AssertionError("something waits for ever")

    def agrees(self) -> None:
        """Assert that each item of the table equals the one that the vendor shows now."""
        for key, row in self.world.content.stored_items.items():
            current = self.content.current(self.context, key.content_id, key.content_type)
            if current is None:
                assert row.item is None, f"{key}: the vendor has it no more"
            else:
                assert row.item is not None, f"{key}: the vendor still has it"
                assert content_digest(row.item) == content_digest(current), (
                    f"{key}: not as the vendor shows it"
                )


@cache
def told_of(provider: str) -> list[str]:
    """Return the events that change something which a client with example settings can look up."""
    events = []
    for event, known in sorted(recordings(provider).items()):
        kinds = {kind for change in known["becomes"] for kind in change}
        if not known.get("settings") and kinds & {"upsert", "removal"}:
            events.append(event)
    return events


@cache
def removing(provider: str) -> frozenset[str]:
    """Return the events that remove content. An API that still shows it is trusted until it
    changes."""
    return frozenset(
        event
        for event in told_of(provider)
        if any("removal" in change for change in recordings(provider)[event]["becomes"])
    )


TELLING = [name for name in providers.provider_names() if told_of(name)]


@pytest.mark.parametrize("provider", TELLING)
@given(data=st.data())
def test_any_order_of_deliveries_ends_with_the_vendors_content(
    provider: str, data: st.DataObject
) -> None:
    edits = st.tuples(
        st.sampled_from(told_of(provider)), st.integers(1, 9), st.sampled_from([1.0, 60.0, 3_600.0])
    )
    life = Life(provider)
    waiting: list[str] = []
    for edit in data.draw(st.lists(edits, min_size=1, max_size=6), label="edits"):
        waiting.append(life.happens(edit))
        if data.draw(st.booleans(), label="one comes at once"):
            behind = edit[0] not in removing(provider) and data.draw(st.booleans(), label="behind")
            life.driven(data.draw(st.sampled_from(waiting)), behind=behind)
    repeated = data.draw(st.lists(st.sampled_from(waiting), max_size=4), label="again")
    for delivery_id in data.draw(st.permutations([*dict.fromkeys(waiting), *repeated])):
        life.driven(delivery_id)
    life.settled()
    life.agrees()
