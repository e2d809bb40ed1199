"""Start, stop and call the embedded cloud: one server process for each state folder."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from platform_cli.errors import LocalUnavailable
from platform_cli.local.access.keys import KEY_HEADER, load_keys, load_or_create_keys
from platform_cli.local.addresses import (
    CONTROL_PATH,
    Addresses,
    AddressRegistration,
    RunningServer,
    SiteAddresses,
    installed_version,
)
from platform_core.webhooks.request import Request

START_SECONDS = 60.0
STOP_SECONDS = 15.0
LOG_BYTES = 5_000_000
_INHERITED_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ")
NETWORK_VARIABLES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    *("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
    *("npm_config_registry", "NPM_CONFIG_REGISTRY", "PIP_INDEX_URL"),
)
"""Variables that builds need to reach a package registry. Lambda functions do not get them."""


@dataclass(frozen=True, slots=True)
class Status:
    """Result of `platform local status`."""

    running: bool
    state_dir: Path
    log_file: Path
    pid: int | None = None
    aws_endpoint: str | None = None
    clients: Mapping[str, SiteAddresses] | None = None
    """Addresses by `{client_id}/{environment}`."""
    trouble: str = ""
    """Reason why the server cannot save its state, or an empty string."""


class EmbeddedCloud:
    """Controls the server process of one state folder."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir.absolute()
        self.log_file = self.state_dir / "server.log"

    def ensure_running(self) -> Addresses:
        """Start the server if it is not running and return its addresses.

        A server of another version, or one that started before there were access keys, is
        replaced. Concurrent callers start only one server.
        """
        self.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._start_lock():
            server = self._running_server()
            has_keys = load_keys(self.state_dir) is not None
            if server and not (has_keys and server.version == installed_version()):
                self.stop()
                server = None
            keys = load_or_create_keys(self.state_dir)
            return (server or self._start_server()).addresses(keys)

    def status(self) -> Status:
        """Return the current status without starting the server."""
        try:
            if server := self._running_server():
                return self._read_status(server)
        except LocalUnavailable:
            if self._server_pid():
                raise
        return Status(False, self.state_dir, self.log_file)

    def stop(self) -> bool:
        """Stop the server, by force after a timeout. Returns False if it was not running."""
        pid = self._server_pid()
        if pid is None:
            return False
        # SIGTERM lets the server save. After SIGKILL the journal restores acknowledged calls.
        for signal_number, wait_seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5.0)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal_number)
            if self._wait_for_exit(wait_seconds):
                _reap(pid)
                return True
        raise LocalUnavailable(f"The embedded cloud (process {pid}) could not be stopped.")

    def stop_and_delete_all_state(self) -> None:
        """Stop the server and delete everything that was deployed here."""
        self.stop()
        if self.state_dir.exists():
            with self._start_lock():
                for entry in self.state_dir.iterdir():
                    if entry.is_dir():
                        shutil.rmtree(entry)
                    elif entry.name != "start.lock":  # we hold this lock
                        entry.unlink()

    def register(self, client: AddressRegistration) -> SiteAddresses:
        """Start serving a client and return its addresses.

        Called before the deploy to learn the addresses, and again with the stack's outputs.
        """
        return SiteAddresses(**self._start_and_send_request("PUT", "/clients", asdict(client)))

    def forget(self, client_id: str, environment: str) -> None:
        """Stop serving a client, release its ports and delete its simulated vendors' state."""
        client = {"client_id": client_id, "environment": environment}
        self._start_and_send_request("DELETE", "/clients", client)

    def snapshot(self) -> None:
        """Save the whole state and return once it is on disk."""
        self._start_and_send_request("POST", "/snapshot")

    def list_mails(self) -> list[dict[str, Any]]:
        """Return the mails that the emulator took, the oldest first. A restart forgets them."""
        mails: list[dict[str, Any]] = self._start_and_send_request("GET", "/mails")["mails"]
        return mails

    def record_simulated_delivery(self, client_id: str, provider: str, request: Request) -> None:
        """Apply a delivery to the simulated vendor before the delivery is posted."""
        body = b64encode(request.body).decode()
        delivery = {**asdict(request), "headers": dict(request.headers), "body": body}
        self._start_and_send_request(
            "POST", "/deliveries", {"client": client_id, "provider": provider, **delivery}
        )

    # --- the process ------------------------------------------------------------------------

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        with (self.state_dir / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _server_pid(self) -> int | None:
        server = self._running_server()
        return server.pid if server else None

    def _running_server(self) -> RunningServer | None:
        """Return the running server, or None.

        The server holds a file lock for its whole lifetime, which unlike a process id cannot be
        stale.
        """
        try:
            with (self.state_dir / "server.lock").open("r+") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return RunningServer.parse(lock.read())
        except FileNotFoundError:
            pass
        return None

    def _start_server(self) -> RunningServer:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".old.log"))
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "platform_cli.local.server", str(self.state_dir)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.state_dir,
                env=self._server_environment(),
                # Ctrl-C in the caller's terminal must not reach the server.
                start_new_session=True,
            )
        _child_processes.append(process)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise LocalUnavailable(
                    f"The embedded cloud did not start: {self._last_log_line()}",
                    where=str(self.log_file),
                    hint="fix the problem, or delete its state with `platform local reset`",
                )
            running = self._running_server()
            if running and running.pid == process.pid:
                self._send_request(running, "GET", "/health")
                return running
            time.sleep(0.05)
        process.terminate()
        raise LocalUnavailable(
            f"The embedded cloud did not start within {START_SECONDS:.0f} seconds.",
            where=str(self.log_file),
        )

    def _server_environment(self) -> dict[str, str]:
        """Return a minimal environment. Lambda functions inherit everything that the server has."""
        variables = {
            key: os.environ[key]
            for key in (*_INHERITED_VARIABLES, *NETWORK_VARIABLES)
            if key in os.environ
        }
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return {**variables, "HOME": str(self.state_dir), "XDG_CACHE_HOME": cache}

    def _wait_for_exit(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._server_pid() is not None:
            for process in _child_processes:
                process.poll()
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _last_log_line(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines()
        return lines[-1] if lines else "its log is empty"

    def _read_status(self, server: RunningServer) -> Status:
        health, clients = (
            self._send_request(server, "GET", path) for path in ("/health", "/clients")
        )
        sites = {name: SiteAddresses(**addresses) for name, addresses in clients["clients"].items()}
        known = (self.state_dir, self.log_file, server.pid, server.aws_endpoint)
        return Status(True, *known, sites, health["trouble"])

    # --- control requests ---------------------------------------------------------------------

    def _start_and_send_request(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Any:
        self.ensure_running()
        if server := self._running_server():
            return self._send_request(server, method, path, body)
        raise LocalUnavailable("The embedded cloud has stopped.", where=str(self.log_file))

    def _send_request(
        self,
        server: RunningServer,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
    ) -> Any:
        # A server of an earlier version has no keys and needs none.
        keys = load_keys(self.state_dir)
        request = urllib.request.Request(  # noqa: S310 (our own loopback address)
            server.aws_endpoint + CONTROL_PATH + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={KEY_HEADER: keys.owner} if keys else {},
            method=method,
        )
        try:
            with _opener.open(request, timeout=START_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                reason = error.read().decode(errors="replace") or f"HTTP status {error.code}"
            raise LocalUnavailable(
                f"The embedded cloud rejected the request: {reason}", where=str(self.log_file)
            ) from error
        except OSError as error:
            raise LocalUnavailable(
                f"The embedded cloud does not answer: {error}",
                where=str(self.log_file),
                hint="`platform local status` shows whether it is running.",
            ) from error


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Ignores proxies, because the server runs on this machine."""


def _reap(pid: int) -> None:
    """Collect the exit status of a server that this process started."""
    for process in _child_processes:
        if process.pid == pid:
            process.wait(STOP_SECONDS)


_child_processes: "list[subprocess.Popen[bytes]]" = []
"""Servers started by this process. They outlive it; keeping them referenced avoids a warning."""
