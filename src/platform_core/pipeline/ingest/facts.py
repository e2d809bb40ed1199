"""The facts of a settled order: they replace its body, which has the customer's personal data.

The facts are the signals that its events carry: ids, lines and totals. A replay publishes the same
events from them. A delivery with an item of the site keeps its body, since a replay needs it.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from typing import Final

from platform_core.pipeline import events
from platform_core.pipeline.ingest.deliveries import SettledFacts, StoredDelivery
from platform_core.provider import Change, Erasure, Part, Signal, Upsert

MAX_FACTS_BYTES: Final = 100 * 1024
"""A row holds 400 KB. Only a list of stock levels has larger facts, and no order."""


def extract_facts(
    stored: StoredDelivery, changes: Sequence[Change | None], *, is_shop: bool
) -> SettledFacts | None:
    """Return the facts that replace the body; None if a replay needs the body.

    `changes` are those of all parts, as the provider has read them.
    """
    if stored.facts is not None or not _is_without_content(changes, is_shop=is_shop):
        return None
    signals = json.dumps([_to_json(change) for change in changes])
    if len(signals) > MAX_FACTS_BYTES:
        return None
    return replace_body(stored, signals)


def replace_body(stored: StoredDelivery, signals: str | None) -> SettledFacts:
    """Return the facts with the hash of the body that they replace."""
    digest = hashlib.sha256(stored.delivery.request.body).hexdigest()
    return SettledFacts(signals, digest, stored.body_key)


def parts_from_facts(facts: str) -> Sequence[Part]:
    """Return the parts of a delivery, at their former positions, from its facts."""
    return [partial(_from_json, fact) for fact in json.loads(facts)]


def _is_without_content(changes: Sequence[Change | None], *, is_shop: bool) -> bool:
    """Return whether no item of the site is read from the body.

    A delivery that changes nothing counts only if a shop sent it: it may be about a customer.
    """
    known = [change for change in changes if change is not None]
    if not known:
        return is_shop
    if all(isinstance(change, Signal | Erasure) for change in known):
        return True
    # The stock of the products in an order is read from the vendor's API, not from the body.
    return any(_is_about_a_customer(change) for change in known) and all(
        change.authoritative for change in known if isinstance(change, Upsert)
    ) and all(isinstance(change, Signal | Upsert) for change in known)  # fmt: skip


def _is_about_a_customer(change: Change) -> bool:
    return isinstance(change, Signal) and not change.event_type.startswith("inventory.")


def _to_json(change: Change | None) -> dict[str, object] | None:
    """Return a signal as its event carries it. A part without a signal keeps its position."""
    if isinstance(change, Erasure):
        # A replay publishes its event again. What it erases is erased, and would not come back.
        change = change.as_signal()
    if not isinstance(change, Signal):
        return None
    return {
        "event_type": change.event_type,
        "subject_id": change.subject_id,
        "data": events.limit_data(change.data),
    }


def _from_json(fact: dict[str, object] | None) -> Signal | None:
    return None if fact is None else Signal(**fact)  # type: ignore[arg-type]
