"""An outage of a vendor's API while its webhooks arrive, which carry only references."""

import socket
import threading
import time
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

from benchmarks.chaos.runs import ChaosRunner, RunResult
from benchmarks.site import CLIENT
from platform_cli.local.addresses import Addresses
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.targets.target import local_target
from platform_core.contract import PROVIDER_API

OUTAGE_SECONDS = 60.0


def run_vendor_outage(runner: ChaosRunner, seed: int, deliveries: int = 240) -> RunResult:
    """Send deliveries during a minute without the API, then restore it."""
    site = runner.site
    cloud = EmbeddedCloud(site.workspace / ".platform" / "local")
    addresses = cloud.ensure_running()

    def interrupt_api() -> str:
        relay.stop_listening()
        time.sleep(OUTAGE_SECONDS)
        waiting = site.run_command("status", CLIENT)["pending"]
        relay.start_listening()
        return f"API down for {OUTAGE_SECONDS:.0f} s, {waiting} deliveries waited for it"

    site.wait_until_idle()
    endpoint = urlsplit(addresses.aws_endpoint)
    relay = Relay((endpoint.hostname or "", endpoint.port or 0))
    _redirect_vendor_api(addresses, endpoint.netloc, relay.address)
    return runner.run(
        "vendor down", seed, deliveries, interrupt_api, per_second=deliveries / OUTAGE_SECONDS,
        vendor_state=str(cloud.state_dir),
    )  # fmt: skip


class Relay:
    """A proxy to the simulated vendors. It refuses connections while it is stopped."""

    def __init__(self, upstream_address: tuple[str, int]) -> None:
        self._upstream_address = upstream_address
        self._listen_address = ("127.0.0.1", 0)
        self.start_listening()

    @property
    def address(self) -> str:
        return f"{self._listen_address[0]}:{self._listen_address[1]}"

    def start_listening(self) -> None:
        """Accept connections in a thread, at the same address as before."""
        upstream_address = self._upstream_address

        class ForwardingHandler(BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection(upstream_address) as vendor:
                    upload_thread = threading.Thread(
                        target=_forward_bytes, args=(self.request, vendor)
                    )
                    upload_thread.start()
                    _forward_bytes(vendor, self.request)
                    upload_thread.join()

        self._server = _Server(self._listen_address, ForwardingHandler)
        self._listen_address = ("127.0.0.1", self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop_listening(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


def _forward_bytes(source: socket.socket, target: socket.socket) -> None:
    """Forward everything that the source sends, and the end of it."""
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)


def _redirect_vendor_api(addresses: Addresses, old_address: str, new_address: str) -> None:
    """Change the address of the vendors' APIs in the environment of the client's functions."""
    functions = local_target(addresses, CLIENT).client("lambda")
    for function in functions.list_functions()["Functions"]:
        variables = function.get("Environment", {}).get("Variables", {})
        if PROVIDER_API in variables:
            api_url = variables[PROVIDER_API].replace(old_address, new_address)
            functions.update_function_configuration(
                FunctionName=function["FunctionName"],
                Environment={"Variables": variables | {PROVIDER_API: api_url}},
            )
