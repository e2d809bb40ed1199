"""The embedded cloud as the command line sees it: one server process for each state folder."""

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
from importlib import metadata
from pathlib import Path
from typing import Any

from platform_cli.errors import LocalUnavailable
from platform_cli.local.addresses import (
    CONTROL,
    LOOPBACK,
    VENDORS,
    Addresses,
    Registration,
    SiteAddresses,
)
from platform_core.webhooks.request import Request

START_SECONDS = 60.0
STOP_SECONDS = 15.0
LOG_BYTES = 5_000_000
_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ")
NETWORK = (
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    *("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
    *("npm_config_registry", "NPM_CONFIG_REGISTRY", "PIP_INDEX_URL"),
)
"""What a build needs to reach a package registry from here. The server keeps it from Lambdas."""


@dataclass(frozen=True, slots=True)
class Status:
    """What `platform local status` tells."""

    running: bool
    state_dir: Path
    log_file: Path
    pid: int | None = None
    aws_endpoint: str | None = None
    clients: Mapping[str, SiteAddresses] | None = None
    """By `{client_id}/{environment}`."""
    trouble: str = ""
    """What keeps it from saving, if anything does."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What a running server writes into its lock."""

    pid: int
    version: str
    port: int

    @classmethod
    def parse(cls, line: str) -> "Holder | None":
        """None while the server is not yet that far."""
        match line.split():
            case [pid, version, port]:
                return cls(int(pid), version, int(port))
        return None

    def line(self) -> str:
        return f"{self.pid} {self.version} {self.port}"

    def addresses(self) -> Addresses:
        endpoint = f"http://{LOOPBACK}:{self.port}"
        return Addresses(endpoint, endpoint + VENDORS, self.pid)


class EmbeddedCloud:
    """Starts, asks and stops the server process of one state folder."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir.absolute()
        self.log_file = self.state_dir / "server.log"

    def ensure_running(self) -> Addresses:
        """Start the server unless it runs; one of another version makes way for ours.

        Two callers at once start one server.
        """
        self.state_dir.mkdir(parents=True, exist_ok=True)
        with self._starting():
            holder = self._holder()
            if holder and holder.version != installed():
                self.stop()
                holder = None
            return (holder or self._start()).addresses()

    def status(self) -> Status:
        """What runs here; never starts anything."""
        try:
            if holder := self._holder():
                return self._running(holder)
        except LocalUnavailable:
            if self._pid():
                raise
        return Status(False, self.state_dir, self.log_file)

    def stop(self) -> bool:
        """Ask the server to save and leave; insist after a grace. False: nothing ran."""
        pid = self._pid()
        if pid is None:
            return False
        for number, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5.0)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            if self._left_within(patience):
                _bury(pid)
                return True
        raise LocalUnavailable(f"The embedded cloud (process {pid}) does not stop.")

    def reset(self) -> None:
        """Stop, and forget everything that was deployed here."""
        self.stop()
        if self.state_dir.exists():
            with self._starting():
                for entry in self.state_dir.iterdir():
                    if entry.is_dir():
                        shutil.rmtree(entry)
                    elif entry.name != "start.lock":
                        entry.unlink()

    def register(
        self,
        client_id: str,
        environment: str,
        *,
        site_bucket: str,
        pointer_store_arn: str,
        api_id: str,
    ) -> SiteAddresses:
        """Serve this client's site and API; its ports stay the same as long as the state does.

        Known before the deploy as well: call it with empty facts for the addresses, and again
        with the stack's outputs.
        """
        client = Registration(client_id, environment, site_bucket, pointer_store_arn, api_id)
        return SiteAddresses(**self._tell("PUT", "/clients", asdict(client)))

    def forget(self, client_id: str, environment: str) -> None:
        """Stop serving this client, give its ports back and drop its vendors' state."""
        self._tell("DELETE", "/clients", {"client_id": client_id, "environment": environment})

    def snapshot(self) -> None:
        """Save everything now; returns when it is on disk."""
        self._tell("POST", "/snapshot")

    def record(self, client_id: str, provider: str, request: Request) -> None:
        """Tell the vendor's double what this delivery tells, before it is posted."""
        body = b64encode(request.body).decode()
        delivery = {**asdict(request), "headers": dict(request.headers), "body": body}
        self._tell("POST", "/deliveries", {"client": client_id, "provider": provider, **delivery})

    # --- the process ------------------------------------------------------------------------

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with (self.state_dir / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _pid(self) -> int | None:
        holder = self._holder()
        return holder.pid if holder else None

    def _holder(self) -> "Holder | None":
        """The server that runs. It holds a lock while it lives: no pid is ever guessed."""
        try:
            with (self.state_dir / "server.lock").open("r+") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return Holder.parse(lock.read())
        except FileNotFoundError:
            pass
        return None

    def _start(self) -> "Holder":
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".old.log"))
        with self.log_file.open("ab") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "platform_cli.local.server.__main__", str(self.state_dir)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.state_dir,
                env=self._environment(),
                start_new_session=True,
            )
        _started.append(server)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if server.poll() is not None:
                raise LocalUnavailable(
                    f"The embedded cloud did not start: {self._last_words()}",
                    where=str(self.log_file),
                    hint="fix the cause, or delete everything with `platform local reset`",
                )
            holder = self._holder()
            if holder and holder.pid == server.pid:
                self._ask(holder, "GET", "/health")
                return holder
            time.sleep(0.05)
        server.terminate()
        raise LocalUnavailable("The embedded cloud starts too slowly.", where=str(self.log_file))

    def _environment(self) -> dict[str, str]:
        """A clean one: what the server has, every Lambda gets as well."""
        kept = {key: os.environ[key] for key in (*_INHERITED, *NETWORK) if key in os.environ}
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return {**kept, "HOME": str(self.state_dir), "XDG_CACHE_HOME": cache}

    def _left_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._pid() is not None:
            for server in _started:
                server.poll()
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _last_words(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines()
        return lines[-1] if lines else "it said nothing"

    def _running(self, holder: "Holder") -> Status:
        health, clients = (self._ask(holder, "GET", path) for path in ("/health", "/clients"))
        sites = {name: SiteAddresses(**where) for name, where in clients["clients"].items()}
        known = (self.state_dir, self.log_file, holder.pid, holder.addresses().aws_endpoint)
        return Status(True, *known, sites, health["trouble"])

    # --- its control paths --------------------------------------------------------------------

    def _tell(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        self.ensure_running()
        if holder := self._holder():
            return self._ask(holder, method, path, body)
        raise LocalUnavailable("The embedded cloud has just stopped.", where=str(self.log_file))

    def _ask(
        self,
        holder: "Holder",
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
    ) -> Any:
        request = urllib.request.Request(  # noqa: S310 (our own loopback address)
            holder.addresses().aws_endpoint + CONTROL + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
        )
        try:
            with _direct.open(request, timeout=START_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                reason = error.read().decode(errors="replace")
            raise LocalUnavailable(f"The embedded cloud refused: {reason}") from error
        except OSError as error:
            raise LocalUnavailable(
                f"The embedded cloud does not answer: {error}",
                where=str(self.log_file),
                hint="`platform local status` shows whether it runs.",
            ) from error


def installed() -> str:
    """The version of this program."""
    return metadata.version("platform-sites")


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Never through a proxy: the server is on this machine."""


def _bury(pid: int) -> None:
    """Where it was a child of this process, take note of its end."""
    for server in _started:
        if server.pid == pid:
            server.wait(STOP_SECONDS)


_started: "list[subprocess.Popen[bytes]]" = []
"""They outlive us, so nobody waits for them; a forgotten one would be a warning."""
