"""A vendor whose API is down while its webhooks, which carry only references, come in."""

import socket
import threading
import time
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

from benchmarks.chaos.runs import Bench, Row
from benchmarks.site import CLIENT
from platform_cli.local.addresses import Addresses
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.targets.target import local_target
from platform_core.contract import PROVIDER_API

MINUTE = 60.0


def outage(bench: Bench, seed: int, deliveries: int = 240) -> Row:
    """Send deliveries during a minute without the API, then restore it."""
    site = bench.site
    cloud = EmbeddedCloud(site.workspace / ".platform" / "local")
    endpoint = cloud.ensure_running().aws_endpoint

    def down() -> str:
        relay.stop_listening()
        time.sleep(MINUTE)
        waiting = site.platform("status", CLIENT)["pending"]
        relay.start_listening()
        return f"API down for {MINUTE:.0f} s, {waiting} waited for it"

    site.settle()
    there = urlsplit(endpoint)
    relay = Relay((there.hostname or "", there.port or 0))
    _redirect_vendor_api(cloud.ensure_running(), there.netloc, relay.address)
    return bench.run(
        "vendor down", seed, deliveries, down, per_second=deliveries / MINUTE,
        vendor=str(cloud.state_dir),
    )  # fmt: skip


class Relay:
    """A proxy to the simulated vendors. It refuses connections while it is closed."""

    def __init__(self, door: tuple[str, int]) -> None:
        self._door = door
        self._own = ("127.0.0.1", 0)
        self.start_listening()

    @property
    def address(self) -> str:
        return f"{self._own[0]}:{self._own[1]}"

    def start_listening(self) -> None:
        door = self._door

        class Call(BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection(door) as vendor:
                    asking = threading.Thread(target=_pump, args=(self.request, vendor))
                    asking.start()
                    _pump(vendor, self.request)
                    asking.join()

        self._server = _Server(self._own, Call)
        self._own = ("127.0.0.1", self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop_listening(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


def _pump(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while chunk := here.recv(65536):
            there.sendall(chunk)
        there.shutdown(socket.SHUT_WR)


def _redirect_vendor_api(addresses: Addresses, before: str, now: str) -> None:
    """Send the requests of the client's functions to another address of the vendors."""
    functions = local_target(addresses, CLIENT).client("lambda")
    for function in functions.list_functions()["Functions"]:
        variables = function.get("Environment", {}).get("Variables", {})
        if PROVIDER_API in variables:
            moved = variables | {PROVIDER_API: variables[PROVIDER_API].replace(before, now)}
            functions.update_function_configuration(
                FunctionName=function["FunctionName"], Environment={"Variables": moved}
            )
