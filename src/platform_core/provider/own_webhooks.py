"""Find the webhooks at a vendor that deliver to this client, for `registration.py`."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from platform_core.provider.modules import Context

T = TypeVar("T")


def find_own_webhooks(
    context: Context,
    address: str,
    webhooks: Iterable[T],
    url_of: Callable[[T], object],
    topic_of: Callable[[T], str] = lambda webhook: "",
) -> dict[str, list[T]]:
    """Return the webhooks to repair, by topic: those of this address, else of a former one.

    A vendor with one webhook for all events needs no topic; the key is empty then.
    """
    own: dict[str, list[T]] = {}
    for webhook in webhooks:
        url = url_of(webhook)
        if url == address or context.is_own_address(url):
            own.setdefault(topic_of(webhook), []).append(webhook)
    return {
        topic: [webhook for webhook in found if url_of(webhook) == address] or found
        for topic, found in own.items()
    }
