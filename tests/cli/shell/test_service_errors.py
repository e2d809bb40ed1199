"""A slow or refusing service is reported as such, and never as a bug of the program."""

import socket
from collections.abc import Iterator

import httpx2
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    ReadTimeoutError,
    WaiterError,
)

from platform_cli.commands import show
from platform_cli.sample_deliveries import deliveries, site_probe
from platform_cli.targets.target import ServiceUnavailable
from platform_core.webhooks.request import Request
from tests.cli.conftest import Call

ERRORS = [
    ReadTimeoutError(endpoint_url="http://127.0.0.1:4566"),
    EndpointConnectionError(endpoint_url="http://127.0.0.1:4566"),
    WaiterError("stack_delete_complete", "Max attempts exceeded", {}),
    ClientError({"Error": {"Code": "Throttling", "Message": "slow down"}}, "DescribeStacks"),
    httpx2.ReadTimeout("timed out"),
    httpx2.HTTPError("no answer"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_service_error_is_no_bug(
    call: Call, workspace: object, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(show, "describe_client", fail)
    result = call("show", "acme")
    assert result.code == 1
    assert "bug in platform" not in result.err
    assert "hint: run the command again" in result.err


@pytest.fixture
def silent_address() -> Iterator[str]:
    """The address of a server that accepts a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_slow_first_answer_says_what_to_do(
    silent_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(site_probe, "TIMEOUT_SECONDS", 0.05)
    headers = {"sanity-webhook-signature": "t=1,v1=x", "idempotency-key": "first"}
    request = Request("POST", "/webhooks/sanity", headers, b"{}", 0.0)
    with pytest.raises(ServiceUnavailable, match="does not respond") as error:
        deliveries.post_request(request, "sanity", silent_address, lambda: 0.0)
    assert "send it again" in error.value.findings[0].hint
    with pytest.raises(ServiceUnavailable, match="does not respond"):
        site_probe.read_titles(silent_address)
