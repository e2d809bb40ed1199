"""Whatever order a vendor's deliveries come in, and however often: the table ends where he is.

Over each provider found: its own recordings, retold as a history of edits to its own double, and
driven by the real ingest. Many more examples than the suite takes:

    python -m pytest tests/core/test_convergence.py --hypothesis-profile many
"""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.sample_deliveries.deliveries import (
    SampleDelivery,
    with_current_times,
    with_title,
)
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
"""Which recorded event happens, the number in its new title, seconds after the one before."""


class Life:
    """A vendor's double, and a client that hears of it."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.vendor = vendors.World(provider)
        self.world = pipeline.World()
        self.now = self.world.clock() - DAY
        known = Vendor(provider, providers.load_content(provider), vendors.made_settings(provider))
        asked = replace(self.world.vendors, known={provider: known}, http=self.vendor.http)
        self.ground = replace(self.world.ground, vendors=asked)
        self.content = known.content
        self.before: dict[str, object] = {}
        """What the vendor's API showed before the last edit."""
        self.context = asked.context(known)

    def happens(self, edit: Edit) -> str:
        """At the vendor, who keeps a delivery at our door; its id."""
        event, number, after = edit
        self.now += after
        self.before = self.vendor.state
        known = recordings(self.provider)[event]
        told = vendors.unsigned(known)
        fresh = with_current_times(
            SampleDelivery(event, told.headers, told.body), datetime.fromtimestamp(self.now, UTC)
        )
        for change in known["becomes"]:
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
        """For the first time, or once more; while the vendor's API is one edit behind, or not."""
        shown, self.vendor.state = self.vendor.state, self.before if behind else self.vendor.state
        if self.world.deliveries.status(delivery_id) == "pending":
            Ingest(self.ground).apply_deliveries([delivery_id])
        else:
            self.world.clock.sleep(100)
            replay_deliveries(self.ground, [delivery_id], self.world.clock() + DAY)
        self.vendor.state = shown

    def settled(self) -> None:
        """Time passes until nothing waits."""
        for _ in range(60):
            self.world.clock.sleep(3_600)
            if not Ingest(self.ground).sweep(self.world.clock() + DAY).pending:
                return
        raise AssertionError("something waits for ever")

    def agrees(self) -> None:
        """Each item of the table is what the vendor shows of it now."""
        for key, shelf in self.world.content.shelves.items():
            shown = self.content.current(self.context, key.content_id, key.content_type)
            if shown is None:
                assert shelf.item is None, f"{key}: the vendor has it no more"
            else:
                assert shelf.item is not None, f"{key}: the vendor still has it"
                assert content_digest(shelf.item) == content_digest(shown), (
                    f"{key}: not as the vendor shows it"
                )


@cache
def told_of(provider: str) -> list[str]:
    """Events of a client with the example settings that change something which it can look up."""
    events = []
    for event, known in sorted(recordings(provider).items()):
        kinds = {kind for change in known["becomes"] for kind in change}
        if not known.get("settings") and kinds & {"upsert", "removal"}:
            events.append(event)
    return events


@cache
def removing(provider: str) -> frozenset[str]:
    """Those that take something away: an API that still shows it is believed, until it changes."""
    return frozenset(
        event
        for event in told_of(provider)
        if any("removal" in change for change in recordings(provider)[event]["becomes"])
    )


TELLING = [name for name in providers.provider_names() if told_of(name)]


@pytest.mark.parametrize("provider", TELLING)
@given(data=st.data())
def test_any_order_ends_where_the_vendor_is(provider: str, data: st.DataObject) -> None:
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
    again = data.draw(st.lists(st.sampled_from(waiting), max_size=4), label="again")
    for delivery_id in data.draw(st.permutations([*dict.fromkeys(waiting), *again])):
        life.driven(delivery_id)
    life.settled()
    life.agrees()
