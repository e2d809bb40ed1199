"""The webhook endpoint: acceptance, storage, and the response to each sender."""

import contextlib
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.contract.status import ReceiptOutcome
from platform_core.errors import Malformed
from platform_core.ingress.receive import receive
from platform_core.webhooks.body import key_of, strict_json
from platform_core.webhooks.request import MAX_BODY, Request
from platform_core.webhooks.signatures import CallBack, StaticHeader
from tests.fakes.world import NOW, SECRET, Shop, World, a_request


def test_a_valid_delivery_is_stored_and_answered_200() -> None:
    world = World()
    request = world.signed(b'{"id": 1}')
    answer = receive(request, "shop", world.deps)
    assert (answer.status, answer.outcome) == (200, "accepted")
    assert answer.body == {"request_id": "req-1"}
    stored = world.inbox.rows[answer.delivery_id]
    assert (stored.provider, stored.status, stored.request) == ("shop", "pending", request)


def test_an_alias_is_stored_under_the_name_of_the_provider() -> None:
    world = World()
    answer = receive(world.signed(b"{}"), "store", world.deps)
    assert answer.delivery_id.startswith("shop#")


def test_a_redelivery_is_200_and_stores_nothing() -> None:
    world = World()
    receive(world.signed(b"{}"), "shop", world.deps)
    redelivery = receive(world.signed(b"{}"), "shop", world.deps)
    assert (redelivery.status, redelivery.outcome) == (200, "duplicate")
    assert len(world.inbox.rows) == 1


@pytest.mark.parametrize("name", ["nobody", "", "../shop", "shop\0", "SHOP"])
def test_an_unknown_provider_is_404(name: str) -> None:
    world = World()
    answer = receive(world.signed(b"{}"), name, world.deps)
    assert answer.status == 404
    assert world.inbox.puts == 0


def test_an_unproven_delivery_is_401_and_is_not_stored() -> None:
    world = World()
    for request in (a_request(b"{}"), world.signed(b"{}", secret=b"wrong")):
        answer = receive(request, "shop", world.deps)
        assert (answer.status, answer.body) == (401, {"error": "unauthorized"})
    assert world.inbox.puts == 0


def test_every_rejection_has_the_same_body() -> None:
    world = World()
    bodies = {
        json.dumps(receive(a_request(b"{}", **headers), "shop", world.deps).body)
        for headers in ({}, {"x-shop-signature": "x"}, {"x-shop-signature": "\ud800"})
    }
    assert len(bodies) == 1


def test_an_unproven_body_of_more_than_four_megabytes_is_413() -> None:
    world = World()
    large = b"x" * (MAX_BODY + 1)
    forged = world.signed(large, secret=b"wrong")
    assert receive(a_request(large), "nobody", world.deps).status == 413
    assert receive(a_request(large), "shop", world.deps).status == 413
    assert receive(forged, "shop", world.deps).status == 413
    assert receive(a_request(b"x" * MAX_BODY), "nobody", world.deps).status == 404
    assert world.inbox.puts == 0


def test_a_proven_body_of_more_than_four_megabytes_is_quarantined() -> None:
    """A 4xx would make the vendor switch the webhook off, and every later delivery with it."""
    world = World()
    body = json.dumps({"text": "x" * MAX_BODY}).encode()
    response = receive(world.signed(body), "shop", world.deps)
    assert (response.status, response.outcome) == (200, ReceiptOutcome.QUARANTINED)
    assert response.reason == f"larger than {MAX_BODY} bytes"


def test_a_large_body_waits_for_an_outage_of_ours() -> None:
    world = World()
    world.secrets.down = True
    assert receive(world.signed(b"x" * (MAX_BODY + 1)), "shop", world.deps).status == 503


def test_an_encoded_body_is_refused() -> None:
    world = World()
    request = replace(a_request(b"{}"), headers={"content-encoding": "gzip"})
    assert receive(request, "shop", world.deps).status == 415
    plain = world.signed(b"{}")
    plain = replace(plain, headers={**plain.headers, "content-encoding": "identity"})
    assert receive(plain, "shop", world.deps).status == 200


class TestOurOwnOutages:
    def test_a_secret_store_that_is_down_is_503(self) -> None:
        world = World()
        world.secrets.down = True
        assert receive(world.signed(b"{}"), "shop", world.deps).status == 503

    def test_a_secret_that_is_not_set_yet_is_503(self) -> None:
        world = World()
        world.secrets.cached = world.secrets.stored = type(world.secrets.cached)(())
        assert receive(world.signed(b"{}"), "shop", world.deps).status == 503

    def test_a_put_that_fails_once_is_tried_again(self) -> None:
        world = World()
        world.inbox.failures = 2
        assert receive(world.signed(b"{}"), "shop", world.deps).status == 200
        assert len(world.inbox.rows) == 1

    def test_a_put_that_keeps_failing_is_503_within_two_seconds(self) -> None:
        world = World()
        world.inbox.failures = 1_000
        assert receive(world.signed(b"{}"), "shop", world.deps).status == 503
        assert world.clock.now - NOW <= 2.0
        assert world.inbox.puts > 1

    def test_an_unreachable_vendor_is_503(self) -> None:
        module = Shop()
        module.SIGNATURE = CallBack("x-token", "https://vendor.example/{token}")
        world = World(module)
        world.vendor.answers["https://vendor.example/t"] = 500
        request = replace(a_request(b"{}"), headers={"x-token": "t"})
        assert receive(request, "shop", world.deps).status == 503
        world.vendor.answers["https://vendor.example/t"] = 200
        assert receive(request, "shop", world.deps).status == 200


class TestRotation:
    def test_a_new_secret_is_used_from_the_first_delivery(self) -> None:
        world = World()
        world.secrets.stored = type(world.secrets.stored)((b"new", SECRET))
        request = world.signed(b"{}", secret=b"new")
        assert receive(request, "shop", world.deps).status == 200

    def test_a_flood_of_forgeries_reads_the_store_once_a_minute(self) -> None:
        world = World()
        for _ in range(100):
            receive(a_request(b"{}"), "shop", world.deps)
        assert world.secrets.fresh_reads == 1
        world.clock.now += 61
        receive(a_request(b"{}"), "shop", world.deps)
        assert world.secrets.fresh_reads == 2


class TestQuarantine:
    @pytest.mark.parametrize(
        "body",
        [
            b"", b"payload=%7B%7D", b"\xff\xfe", b"{", b"[NaN]", b"[1e999]", b"[-Infinity]",
            b'{"a": 1, "a": 2}', b"[" * 65 + b"]" * 65, b"[" * 100_000, b"9" * 5_000,
            b'{"a":' * 3_000 + b"1" + b"}" * 3_000, "\ufeff{}".encode(),
        ],
        ids=lambda body: body[:12].decode(errors="replace"),
    )  # fmt: skip
    def test_an_authentic_body_that_is_not_strict_json_is_quarantined(self, body: bytes) -> None:
        """The status is 200, because a 4xx would make the vendor disable the webhook."""
        world = World()
        answer = receive(world.signed(body), "shop", world.deps)
        assert (answer.status, answer.outcome) == (200, "quarantined")
        stored = world.inbox.rows[answer.delivery_id]
        assert (stored.status, stored.key, stored.request.body) == (
            "quarantined",
            key_of(body),
            body,
        )
        assert world.inbox.reasons[stored.id]

    @pytest.mark.parametrize(
        "error", [KeyError("id"), Malformed("x"), TypeError(), AttributeError(), UnicodeError()]
    )
    def test_content_that_a_provider_module_cannot_read_is_quarantined(
        self, error: Exception
    ) -> None:
        class Stumbling(Shop):
            def delivery_key(self, request: Request) -> str:
                raise error

        world = World(Stumbling())
        answer = receive(world.signed(b"[]"), "shop", world.deps)
        assert (answer.status, answer.outcome) == (200, "quarantined")

    @pytest.mark.parametrize("key", ["", "ä", "a b", "x" * 201, "\ud800"])
    def test_a_key_that_no_table_can_store_is_hashed(self, key: str) -> None:
        class Odd(Shop):
            def delivery_key(self, request: Request) -> str:
                return key

        world = World(Odd())
        answer = receive(world.signed(b"{}"), "shop", world.deps)
        assert answer.outcome == "accepted"
        assert answer.delivery_id == f"shop#{key_of(key)}"


def test_credentials_are_not_stored() -> None:
    module = Shop()
    module.SIGNATURE = StaticHeader("x-hook-token")
    world = World(module)
    request = world.signed(b"{}", authorization="Bearer x", cookie="a=b", accept="*/*")
    answer = receive(request, "shop", world.deps)
    assert world.inbox.rows[answer.delivery_id].request.headers == {"accept": "*/*"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(JSON)
def test_strict_json_reads_valid_json(value: object) -> None:
    assert strict_json(json.dumps(value).encode()) == value


@given(st.binary())
def test_strict_json_never_raises_anything_but_malformed(body: bytes) -> None:
    with contextlib.suppress(Malformed):
        strict_json(body)


def test_strict_json_is_at_most_64_levels_deep() -> None:
    assert strict_json(b"[" * 64 + b"]" * 64)
    with pytest.raises(Malformed):
        strict_json(b'{"a":' * 65 + b"1" + b"}" * 65)


@given(st.binary(), st.dictionaries(st.text(), st.text()), st.text())
def test_no_request_gets_a_5xx(body: bytes, headers: dict[str, str], name: str) -> None:
    world = World()
    for request in (
        replace(a_request(body), headers=headers),
        world.signed(body),
    ):
        for provider in (name, "shop"):
            assert receive(request, provider, world.deps).status in {200, 401, 404, 415}


@given(st.tuples(st.binary(), st.binary()), st.tuples(st.binary(), st.binary()))
def test_parts_of_a_key_cannot_run_together(
    first_parts: tuple[bytes, bytes], second_parts: tuple[bytes, bytes]
) -> None:
    assert (key_of(*first_parts) == key_of(*second_parts)) == (first_parts == second_parts)


def test_the_acknowledgement_path_loads_no_pydantic() -> None:
    program = (
        "import sys; import platform_core.ingress.receive, platform_core.webhooks.signatures; "
        "print([name for name in sys.modules if name.split('.')[0] in {'pydantic', 'boto3'}])"
    )
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "[]"
