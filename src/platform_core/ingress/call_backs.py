"""Limit the calls that unproven requests make us send to a vendor.

Some vendors sign nothing: a request carries a token, and only the vendor can check it. Whoever
knows the address can then make us call the vendor with our secret. So a refused token is
remembered, and the calls have a rate. A call beyond it is not made: the sender gets a 503 and
retries.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from platform_core.errors import VendorUnavailable

if TYPE_CHECKING:
    from platform_core.http import Http, HttpResponse

CALLS_PER_SECOND: Final = 5.0
BURST: Final = 20
RESERVED: Final = 5
"""Calls of the burst that only requests with a known event may use."""
REMEMBERED_SECONDS: Final = 60.0
REMEMBERED_TOKENS: Final = 1000
"""Most refusals that are remembered; a flood of other tokens displaces the oldest."""
REFUSALS: Final = frozenset({401, 403, 404})

_Question = tuple[str, str, str, bytes]
"""Method, URL, credentials and body of a call."""


@dataclass(slots=True)
class CallBackBudget:
    """Calls that may be made now, and the latest refusals of the vendor."""

    calls: float = BURST
    updated_at: float = float("-inf")
    refusals: "dict[_Question, tuple[float, HttpResponse]]" = field(default_factory=dict)
    """Time and response of each refusal. Of the response, only the status is kept."""

    def take(self, now: float, *, is_known: Callable[[], bool]) -> bool:
        """Take one call from the budget. Returns False if none is left for the request.

        `is_known`: whether the request has a known event. It reads the body of an unproven
        request, so it is asked only if the reserve is needed.
        """
        self.calls = min(BURST, self.calls + max(0.0, now - self.updated_at) * CALLS_PER_SECOND)
        self.updated_at = now
        if self.calls < 1 or (self.calls - RESERVED < 1 and not is_known()):
            return False
        self.calls -= 1
        return True

    def recall(self, question: _Question, now: float) -> "HttpResponse | None":
        """Return the vendor's refusal of the same call within `REMEMBERED_SECONDS`."""
        refused_at, response = self.refusals.get(question, (float("-inf"), None))
        return response if now - refused_at < REMEMBERED_SECONDS else None

    def remember(self, question: _Question, response: "HttpResponse", now: float) -> None:
        if response.status not in REFUSALS:
            return
        self.refusals.pop(question, None)
        self.refusals[question] = (now, replace(response, body=b"", headers={}))
        if len(self.refusals) > REMEMBERED_TOKENS:
            del self.refusals[next(iter(self.refusals))]


def limit_calls(
    http: "Http",
    budget: CallBackBudget,
    clock: Callable[[], float],
    *,
    is_known: Callable[[], bool],
) -> "Http":
    """Return `http` within the budget. A call beyond it raises `VendorUnavailable`."""

    def call(
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> "HttpResponse":
        question = (method, url, (headers or {}).get("authorization", ""), body or b"")
        if refusal := budget.recall(question, clock()):
            return refusal
        if not budget.take(clock(), is_known=is_known):
            raise VendorUnavailable("too many call-backs, so the vendor was not asked")
        response = http(method, url, headers=headers, body=body)
        budget.remember(question, response, clock())
        return response

    return call
