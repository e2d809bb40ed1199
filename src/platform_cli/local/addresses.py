"""Addresses, ports and the durable address book of the embedded cloud.

Everything listens on loopback only. A port is chosen once and kept across restarts, so that
bookmarks and configured webhook URLs stay valid.
"""

import json
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path

from platform_cli.config.client_names import Environment
from platform_cli.local.access.keys import AccessKeys
from platform_cli.local.files import replace_file
from platform_cli.workspace import CLIENT_ID
from platform_core.contract import FORMS_PATH, LOGIN_PATH

LOOPBACK = "127.0.0.1"
ACCOUNT = "000000000000"
REGION = "us-east-1"
FIRST_AWS_PORT = 4566
FIRST_SITE_PORT = 8080
"""Sites take even ports and their APIs the next port: 8080 and 8081 for the first client."""

CONTROL_PATH = "/_platform"
VENDOR_PATH = "/_vendors"
"""Path prefixes reserved for the server itself. Bucket names cannot start with an underscore."""


ListenerPair = tuple[socket.socket, socket.socket]
"""Listening sockets of a site and of its API."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of the embedded cloud as a whole."""

    aws_endpoint: str
    provider_api_url: str
    """Base URL of the simulated vendor APIs. A client uses `vendor_api_url(client_id)`."""
    pid: int
    keys: AccessKeys

    def vendor_api_url(self, client_id: str) -> str:
        """Return the value of `contract.PROVIDER_API` for this client's functions.

        It is part of the template and contains no key. The start-up hook of functions adds the key.
        """
        return f"{self.provider_api_url}/{client_id}"

    def vendor_api_url_with_key(self, client_id: str) -> str:
        """Return the address at which this machine calls the client's simulated vendors."""
        return f"{self.provider_api_url}/{self.keys.vendors}/{client_id}"


@dataclass(frozen=True, slots=True)
class RunningServer:
    """Identity of a running server, as written to its lock file."""

    pid: int
    version: str
    port: int

    @classmethod
    def parse(cls, line: str) -> "RunningServer | None":
        """Parse the lock file. Returns None while the server is still starting."""
        match line.split():
            case [pid, version, port]:
                return cls(int(pid), version, int(port))
        return None

    def to_line(self) -> str:
        return f"{self.pid} {self.version} {self.port}"

    @property
    def aws_endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def addresses(self, keys: AccessKeys) -> Addresses:
        return Addresses(self.aws_endpoint, self.aws_endpoint + VENDOR_PATH, self.pid, keys)


@dataclass(frozen=True, slots=True)
class SiteAddresses:
    """Addresses of one client and environment, without trailing slashes."""

    site_url: str
    webhook_base_url: str
    """Providers post to `{webhook_base_url}/{provider}`."""
    content_api_url: str
    moved_from: str = ""
    """The site's own address, if another program listens there now; otherwise empty."""


def describe_move(moved_from: str, site_url: str) -> str:
    """Say that a site is served at another address than its own, and how that ends."""
    return (
        f"the site moved from {moved_from} to {site_url}, because another program uses its port: "
        "stop that program, then run `platform local stop`"
    )


def check_client_id(client_id: object) -> None:
    """Raise `ValueError` for an id that could name another file or address."""
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise ValueError(f"{client_id!r} is not the id of a client")


def check_environment(environment: object) -> None:
    """Raise `ValueError` for an environment that could name another file or address."""
    if environment not in list(Environment):
        raise ValueError(f"{environment!r} is not an environment")


@dataclass(frozen=True, slots=True)
class AddressRegistration:
    """Resources of a deployed client that the server needs in order to serve it."""

    client_id: str
    environment: str
    site_bucket: str
    pointer_store_arn: str
    api_id: str
    routing: str = ""
    """The stack's output `contract.OUT_ROUTING`."""
    aliases: Sequence[str] = ()
    """Domains that redirect to the site."""
    forms_api_id: str = ""
    """The API of the site's forms, which answers the paths below `contract.FORMS_PATH`."""
    login_api_id: str = ""
    """The API of the login relay, which answers the paths below `contract.LOGIN_PATH`."""

    def __post_init__(self) -> None:
        check_client_id(self.client_id)
        check_environment(self.environment)

    @property
    def name(self) -> str:
        return f"{self.client_id}/{self.environment}"

    def api_of_path(self, path: str) -> str:
        """Return the API that answers a path of the site; empty if the site itself does."""
        if path.startswith(FORMS_PATH):
            return self.forms_api_id
        return self.login_api_id if path.startswith(LOGIN_PATH) else ""

    def routes(self, word: str) -> bool:
        """Return whether the site's routing has this word, such as `ROUTE_SINGLE_PAGE`."""
        return word in self.routing.split()


@dataclass(frozen=True, slots=True)
class Ports:
    """Site and API port of one client and environment."""

    site: int
    api: int

    def to_addresses(self) -> SiteAddresses:
        api = f"http://{LOOPBACK}:{self.api}"
        return SiteAddresses(f"http://{LOOPBACK}:{self.site}", f"{api}/webhooks", api)


@dataclass(slots=True)
class AddressBook:
    """Assigned ports and registered clients, stored in one file."""

    file: Path
    aws_port: int | None = None
    ports: dict[str, Ports] = field(default_factory=dict)
    """The clients' own ports. They stay the same while another program listens on them."""
    clients: dict[str, AddressRegistration] = field(default_factory=dict)
    moved: dict[str, Ports] = field(default_factory=dict)
    """Ports of the clients that could not get their own. They are not stored, so that the next
    start tries the own ones again."""

    @classmethod
    def load(cls, file: Path) -> "AddressBook":
        if not file.exists():
            return cls(file)
        data = json.loads(file.read_text())
        return cls(
            file,
            data["aws_port"],
            {name: Ports(**ports) for name, ports in data["ports"].items()},
            {name: AddressRegistration(**client) for name, client in data["clients"].items()},
        )

    def open_listeners(self, name: str) -> ListenerPair:
        """Listen on the client's own ports, or on the next free pair if those are taken."""
        known = [*self.ports.items(), *self.moved.items()]
        ports_of_others = {
            port for other, ports in known if other != name for port in (ports.site, ports.api)
        }
        own = self.ports.get(name)
        listeners = open_listener_pair(
            own.site if own else FIRST_SITE_PORT, avoid=frozenset(ports_of_others)
        )
        ports = Ports(*(listener.getsockname()[1] for listener in listeners))
        if ports != self.ports.setdefault(name, ports):
            self.moved[name] = ports
        return listeners

    def addresses_of(self, name: str) -> SiteAddresses:
        """Return the addresses at which a client is served now."""
        own = self.ports[name].to_addresses()
        if name not in self.moved:
            return own
        return replace(self.moved[name].to_addresses(), moved_from=own.site_url)

    def forget(self, name: str) -> None:
        """Release the ports of a client."""
        for entries in (self.clients, self.ports, self.moved):
            entries.pop(name, None)

    def save(self) -> None:
        """Write the file atomically, so that a crash leaves either the old or the new version."""
        data = {
            "aws_port": self.aws_port,
            "ports": {name: asdict(ports) for name, ports in self.ports.items()},
            "clients": {name: asdict(client) for name, client in self.clients.items()},
        }
        replace_file(self.file, json.dumps(data, indent=2).encode())


def installed_version() -> str:
    """Return the installed version of this program."""
    return metadata.version("platform-sites")


def open_listener(
    first: int, *, avoid: frozenset[int] = frozenset(), step: int = 1
) -> socket.socket:
    """Open a listening loopback socket on the first free port from `first` upward."""
    for port in range(first, 65536, step):
        if port not in avoid and (listener := _try_to_listen(port)):
            return listener
    raise OSError(f"no free port from {first} upward")


def open_listener_pair(first: int, *, avoid: frozenset[int]) -> ListenerPair:
    """Open listening sockets on the first two adjacent free ports from `first` upward."""
    for port in range(first, 65535, 2):
        if port in avoid or port + 1 in avoid:
            continue
        if site_listener := _try_to_listen(port):
            if api_listener := _try_to_listen(port + 1):
                return site_listener, api_listener
            site_listener.close()
    raise OSError(f"no two free neighbouring ports from {first} upward")


def _try_to_listen(port: int) -> socket.socket | None:
    candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A restarted server must get its old port back although closed connections linger there.
    candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        candidate.bind((LOOPBACK, port))
        candidate.listen(128)
    except OSError:
        candidate.close()
        return None
    return candidate
