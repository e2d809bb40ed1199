"""Where the embedded cloud listens. Loopback only; every port is chosen once and then kept."""

import json
import os
import socket
from dataclasses import asdict, dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"
ACCOUNT = "000000000000"
REGION = "us-east-1"
FIRST_AWS_PORT = 4566
FIRST_SITE_PORT = 8080
"""A site takes an even port, its API the next one: 8080 and 8081 for the first client."""

CONTROL = "/_platform"
VENDORS = "/_vendors"
"""Prefixes of the server's own paths. No bucket name starts with an underscore."""


Doors = tuple[socket.socket, socket.socket]
"""A site's and its API's, listening."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of the embedded cloud as a whole."""

    aws_endpoint: str
    provider_api_url: str
    """Base of the provider simulator; a client's own is `vendors(client_id)`."""
    pid: int

    def vendors(self, client_id: str) -> str:
        """What this client's functions get as `contract.PROVIDER_API`."""
        return f"{self.provider_api_url}/{client_id}"


@dataclass(frozen=True, slots=True)
class SiteAddresses:
    """Of one client and environment; none ends in a slash."""

    site_url: str
    webhook_base_url: str
    """A provider posts to `{webhook_base_url}/{provider}`."""
    content_api_url: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What the server must know of a deployed client to serve it."""

    client_id: str
    environment: str
    site_bucket: str
    pointer_store_arn: str
    api_id: str

    @property
    def name(self) -> str:
        return f"{self.client_id}/{self.environment}"


@dataclass(frozen=True, slots=True)
class Ports:
    """Of one client and environment."""

    site: int
    api: int

    def addresses(self) -> SiteAddresses:
        api = f"http://{LOOPBACK}:{self.api}"
        return SiteAddresses(f"http://{LOOPBACK}:{self.site}", f"{api}/webhooks", api)


@dataclass(slots=True)
class Ledger:
    """The ports that were given out and the clients that were registered, kept in one file."""

    file: Path
    aws_port: int | None = None
    ports: dict[str, Ports] = field(default_factory=dict)
    clients: dict[str, Registration] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> "Ledger":
        if not file.exists():
            return cls(file)
        data = json.loads(file.read_text())
        return cls(
            file,
            data["aws_port"],
            {name: Ports(**ports) for name, ports in data["ports"].items()},
            {name: Registration(**client) for name, client in data["clients"].items()},
        )

    def open(self, name: str) -> Doors:
        """Listen where this client was served last, or on the next ports that are free."""
        avoid = {port for each, kept in self.ports.items() if each != name
                 for port in (kept.site, kept.api)}  # fmt: skip
        kept = self.ports.get(name)
        doors = listen_pair(kept.site if kept else FIRST_SITE_PORT, avoid=frozenset(avoid))
        self.ports[name] = Ports(*(door.getsockname()[1] for door in doors))
        return doors

    def save(self) -> None:
        """Replace the file in one step, so that a crash leaves the old or the new one."""
        data = {
            "aws_port": self.aws_port,
            "ports": {name: asdict(ports) for name, ports in self.ports.items()},
            "clients": {name: asdict(client) for name, client in self.clients.items()},
        }
        replace_file(self.file, json.dumps(data, indent=2).encode())


def replace_file(file: Path, data: bytes) -> None:
    """Write durably: the bytes are on disk before the name points at them."""
    draft = file.with_name(file.name + ".new")
    with draft.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


def listen(first: int, *, avoid: frozenset[int] = frozenset(), step: int = 1) -> socket.socket:
    """A listening loopback socket on the first free port from `first` upward."""
    for port in range(first, 65536, step):
        if port not in avoid and (bound := _bound(port)):
            return bound
    raise OSError(f"no free port from {first} upward")


def listen_pair(first: int, *, avoid: frozenset[int]) -> Doors:
    """Two neighbouring sockets."""
    for port in range(first, 65535, 2):
        if port in avoid or port + 1 in avoid:
            continue
        if site := _bound(port):
            if api := _bound(port + 1):
                return site, api
            site.close()
    raise OSError(f"no two free neighbouring ports from {first} upward")


def _bound(port: int) -> socket.socket | None:
    candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        candidate.bind((LOOPBACK, port))
        candidate.listen(128)
    except OSError:
        candidate.close()
        return None
    return candidate
