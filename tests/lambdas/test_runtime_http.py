"""Outgoing HTTP: bounded, with retries of a vendor's faults, and never sent to another host."""

import json
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lambdas.runtime.http import BoundedHttp, largest_response
from platform_core.errors import VendorRefused, VendorUnavailable

Reply = tuple[int, dict[str, str], bytes]
HOST = "https://api.vendor.example"


class Vendor:
    """A vendor on loopback, addressed like the simulator: the path begins with the host."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, bytes, dict[str, str]]] = []
        self.replies: list[Reply] = []
        self.pauses: list[float] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append((self.command, self.path, self.rfile.read(length), headers))
                status, extra, body = outer.replies.pop(0) if outer.replies else (200, {}, b"hello")
                self.send_response(status)
                for name, value in ({"content-length": str(len(body))} | extra).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *args: object) -> None:
                """Keep the output of the tests short."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.http = BoundedHttp(self.base, timeout=5, sleep=self.pauses.append)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    vendor = Vendor()
    thread = threading.Thread(target=vendor.server.serve_forever, args=(0.01,))
    thread.start()
    yield vendor
    vendor.server.shutdown()
    thread.join()
    vendor.server.server_close()


def test_the_simulator_gets_the_real_address(vendor: Vendor) -> None:
    answer = vendor.http(
        "POST", f"{HOST}/v1/items?q=a%20b", headers={"authorization": "Bearer t"}, body=b"{}"
    )
    assert (answer.status, answer.body) == (200, b"hello")
    method, path, body, headers = vendor.requests[0]
    assert (method, path, body) == ("POST", "/api.vendor.example/v1/items?q=a%20b", b"{}")
    assert headers["authorization"] == "Bearer t"


def test_header_names_of_a_response_are_lower_case(vendor: Vendor) -> None:
    vendor.replies = [(200, {"X-Total": "5"}, b"")]
    assert vendor.http("GET", HOST).headers["x-total"] == "5"


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_a_refusal_is_a_response(vendor: Vendor, status: int) -> None:
    vendor.replies = [(status, {}, b"no")]
    assert vendor.http("GET", HOST).status == status


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_fault_is_tried_again(vendor: Vendor, status: int) -> None:
    vendor.replies = [(status, {}, b""), (status, {"retry-after": "2"}, b"")]
    assert vendor.http("GET", HOST).status == 200
    assert vendor.pauses == [0.5, 2.0]


def test_a_persistent_fault_is_unavailable(vendor: Vendor) -> None:
    vendor.replies = [(503, {"retry-after": "3600"}, b"")] * 9
    with pytest.raises(VendorUnavailable, match=r"api\.vendor\.example: answered 503"):
        vendor.http("GET", HOST)
    assert vendor.pauses == [5.0, 5.0]
    assert len(vendor.requests) == 3


def test_a_request_that_may_have_had_an_effect_is_not_repeated(vendor: Vendor) -> None:
    vendor.replies = [(502, {}, b"")]
    with pytest.raises(VendorUnavailable):
        vendor.http("POST", HOST, body=b"{}")
    vendor.replies = [(429, {}, b"")]
    assert vendor.http("POST", HOST, body=b"{}").status == 200


def test_a_redirect_on_the_same_host_is_followed(vendor: Vendor) -> None:
    vendor.replies = [(301, {"location": "/new?x=1"}, b"")]
    assert vendor.http("GET", f"{HOST}/old").status == 200
    assert vendor.requests[1][1] == "/api.vendor.example/new?x=1"


@pytest.mark.parametrize(
    "location", ["https://evil.example/", "//evil.example/", "http://api.vendor.example/"]
)
def test_a_redirect_elsewhere_is_not_followed(vendor: Vendor, location: str) -> None:
    vendor.replies = [(302, {"location": location}, b"")]
    assert vendor.http("GET", HOST, headers={"authorization": "Bearer t"}).status == 302
    assert len(vendor.requests) == 1


def test_a_redirect_loop_ends(vendor: Vendor) -> None:
    vendor.replies = [(302, {"location": "/again"}, b"")] * 9
    assert vendor.http("GET", HOST).status == 302
    assert len(vendor.requests) == 4


def test_a_very_large_response_is_refused(vendor: Vendor) -> None:
    vendor.replies = [(200, {}, b"x" * 100_001)]
    with pytest.raises(VendorUnavailable, match="more than 100000 bytes"):
        replace(vendor.http, max_response=100_000)("GET", HOST)


@pytest.mark.parametrize("item", ["[]", "{}", "[[]]", '{"a":1}', "1.5"])
def test_the_largest_response_fits_into_the_memory_of_the_function(item: str) -> None:
    megabytes = 16
    count = largest_response(megabytes) // (len(item) + 1)
    body = f"[{','.join([item] * count)}]"
    tracemalloc.start()
    try:
        json.loads(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak + 2 * len(body) < megabytes * 1024 * 1024 * 0.75


def test_an_incomplete_response_is_unavailable(vendor: Vendor) -> None:
    vendor.replies = [(200, {"content-length": "99"}, b"half")] * 3
    with pytest.raises(VendorUnavailable, match="IncompleteRead"):
        vendor.http("GET", HOST)


def test_an_unreachable_host_is_unavailable() -> None:
    http = BoundedHttp("http://127.0.0.1:9", sleep=lambda seconds: None)
    with pytest.raises(VendorUnavailable, match="ConnectionRefusedError"):
        http("GET", HOST)


@pytest.mark.parametrize(
    "ask",
    [
        lambda http: http("GET", "http://api.vendor.example/"),
        lambda http: http("GET", "file:///etc/passwd"),
        lambda http: http("GET", "https://"),
        lambda http: http("GET", "https://[/"),
        lambda http: http("GET", f"{HOST}/a b"),
        lambda http: http("GET", f"{HOST}/\r\nx: y"),
        lambda http: http("GET", f"{HOST}/ä"),
        lambda http: http("GET", HOST, headers={"x": "a\r\nb: c"}),
    ],
)
def test_an_invalid_request_is_refused_permanently(
    vendor: Vendor, ask: Callable[[BoundedHttp], object]
) -> None:
    with pytest.raises(VendorRefused):
        ask(vendor.http)
    assert vendor.requests == []
