"""A flood of forged requests: few calls to the vendor, few log lines, and all of them counted."""

import json
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import providers
from platform_core.errors import SecretMissing
from platform_core.http import HttpResponse
from platform_core.ingress.call_backs import (
    BURST,
    CALLS_PER_SECOND,
    REMEMBERED_SECONDS,
    REMEMBERED_TOKENS,
    RESERVED,
    CallBackBudget,
    limit_calls,
)
from platform_core.ingress.receive import IngressResponse, receive
from platform_core.ingress.refusals import (
    LINES_PER_MINUTE,
    REFUSALS_PER_LINE,
    RefusalSampler,
)
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signature_scheme import require_secrets
from tests.fakes.world import NOW, World, a_request

EVENT = json.dumps({"eventName": "order.completed", "content": {"token": "t"}}).encode()


class Flood:
    """A Snipcart client whose vendor knows one token, and a sender of many."""

    def __init__(self) -> None:
        self.world = World(providers.load_webhook("snipcart"))
        self.tokens = count()
        self.status = 404
        """The vendor's response to every call."""
        self.calls = 0
        self.deps = replace(self.world.deps, http=self._answer)

    def _answer(self, method: str, url: str, **_: object) -> HttpResponse:
        self.calls += 1
        return HttpResponse(self.status, b"{}")

    def post(self, body: bytes = EVENT, token: str = "") -> IngressResponse:
        headers = {"x-snipcart-requesttoken": token or f"forged-{next(self.tokens)}"}
        return receive(a_request(body, **headers), "shop", self.deps)


@pytest.fixture
def flood() -> Flood:
    return Flood()


def test_a_refused_token_is_remembered_for_a_minute(flood: Flood) -> None:
    assert {flood.post(token="one").status for _ in range(100)} == {401}
    first = flood.calls
    assert first <= 2, "one call for each secret that is valid"
    flood.world.clock.now += REMEMBERED_SECONDS
    flood.post(token="one")
    assert flood.calls > first


def test_beyond_the_rate_a_request_is_put_off_without_a_call(flood: Flood) -> None:
    statuses = [flood.post().status for _ in range(500)]
    assert flood.calls == BURST
    assert statuses[-1] == 503
    flood.world.clock.now += 2
    for _ in range(500):
        flood.post()
    assert flood.calls == BURST + 2 * CALLS_PER_SECOND


def test_requests_without_a_known_event_leave_calls_to_the_others(flood: Flood) -> None:
    for body in (b"{}", b"no json", b'{"eventName": "order.invented"}', b"[]", b"\xff") * 50:
        flood.post(body)
    assert flood.calls == BURST - RESERVED
    flood.status = 200
    assert flood.post().status == 200


def test_an_event_that_is_new_at_the_vendor_is_stored(flood: Flood) -> None:
    flood.status = 200
    assert flood.post(b'{"eventName": "order.invented"}').outcome == "accepted"


def test_a_token_that_the_vendor_cannot_have_made_costs_no_call(flood: Flood) -> None:
    for token in ("a b", "../orders", "x" * 129, "%2f", "t\u00e9"):
        assert flood.post(token=token).status == 401
    assert flood.calls == 0


def test_the_memory_of_refused_tokens_is_bounded(flood: Flood) -> None:
    for _ in range(REMEMBERED_TOKENS + 50):
        flood.post()
        flood.world.clock.now += 1
    assert len(flood.deps.call_backs.refusals) <= REMEMBERED_TOKENS


def test_a_remembered_refusal_has_no_body_and_is_for_the_same_call_only() -> None:
    calls: list[tuple[str, bytes | None]] = []

    def answer(method: str, url: str, **more: Any) -> HttpResponse:
        calls.append((method, more["body"]))
        return HttpResponse(404, b"x" * 10_000_000)

    budget = CallBackBudget()
    http = limit_calls(answer, budget, lambda: NOW, is_known=lambda: True)
    for body in (b"one", b"one", b"two", None):
        assert http("POST", "https://vendor.example", body=body).status == 404
    assert calls == [("POST", b"one"), ("POST", b"two"), ("POST", None)]
    assert {response.body for _, response in budget.refusals.values()} == {b""}


def test_an_event_is_looked_at_only_when_calls_are_scarce(flood: Flood) -> None:
    """The body of an unproven request can have megabytes."""
    webhook = providers.load_webhook("snipcart")
    looked_at: list[Request] = []

    def is_known_event(request: Request) -> bool:
        looked_at.append(request)
        return False

    module = SimpleNamespace(**{**vars(webhook), "is_known_event": is_known_event})
    flood.deps = replace(flood.deps, find=lambda name: ("shop", module))
    while flood.calls < BURST - RESERVED:
        flood.post()
    assert not looked_at
    flood.post()
    assert flood.calls == BURST - RESERVED
    assert looked_at


def test_a_secret_that_was_corrected_is_used_at_once(flood: Flood) -> None:
    flood.status = 401
    assert flood.post(token="genuine").status == 503
    flood.status = 200
    other = Secrets((b"the corrected secret",))
    flood.world.secrets.cached = flood.world.secrets.stored = other
    assert flood.post(token="genuine").status == 200


# --- the log -------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.sampled_from(["wrong", "late", "unknown"]), st.floats(0, 5)), max_size=600
    )
)
def test_the_lines_stand_for_all_refusals_but_a_rest(refused: list[tuple[str, float]]) -> None:
    sampler, now, counted = RefusalSampler(), NOW, 0
    for kind, pause in refused:
        now += pause
        counted += sampler.count(kind, now)
    kinds = len({kind for kind, _ in refused})
    assert len(refused) - kinds * (REFUSALS_PER_LINE - 1) <= counted <= len(refused)


def test_a_few_refusals_have_a_line_each_and_a_flood_has_one_in_a_hundred() -> None:
    sampler = RefusalSampler()
    lines = [sampler.count("wrong", NOW) for _ in range(10_000)]
    assert lines[:LINES_PER_MINUTE] == [1] * LINES_PER_MINUTE
    written = [line for line in lines[LINES_PER_MINUTE:] if line]
    assert set(written) == {REFUSALS_PER_LINE}
    assert sampler.count("late", NOW) == 1, "another kind has its own lines"


def test_the_next_line_counts_what_the_flood_left_over() -> None:
    sampler = RefusalSampler()
    for _ in range(LINES_PER_MINUTE + 30):
        sampler.count("wrong", NOW)
    assert sampler.count("wrong", NOW + 60) == 31


# --- blank secrets -------------------------------------------------------------------------------


@given(st.text(st.sampled_from(" \t\r\n\v\f\0\u00a0\u2003\u3000"), max_size=8))
def test_white_space_and_nul_are_no_secret(blank: str) -> None:
    with pytest.raises(SecretMissing):
        require_secrets(Secrets((blank.encode(),)))
    assert require_secrets(Secrets((blank.encode(), b"k"))) == [b"k"]
