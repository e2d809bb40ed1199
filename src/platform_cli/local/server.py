"""The server process: `python -m platform_cli.local.server STATE_DIR`.

Holds a lock for as long as it lives, so that a state folder never has two. Its sockets listen
before anything is restored: a call that comes early waits instead of failing.
"""

import asyncio
import fcntl
import json
import os
import signal
import socket
import sys
from pathlib import Path

from platform_cli.local.addresses import (
    CONTROL,
    FIRST_AWS_PORT,
    FIRST_SITE_PORT,
    LOOPBACK,
    Ledger,
    Ports,
    Registration,
    listen,
    listen_pair,
)
from platform_cli.local.gateway import App, Receive, Scope, Send, answer_json, read_body


def main(state_dir: Path) -> None:
    with (state_dir / "server.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        ledger = Ledger.load(state_dir / "addresses.json")
        door = listen(ledger.aws_port or FIRST_AWS_PORT)
        ledger.aws_port = door.getsockname()[1]
        ledger.save()
        settle(state_dir, ledger.aws_port)
        asyncio.run(run(state_dir, ledger, door))


def settle(state_dir: Path, port: int) -> None:
    """The emulator reads its settings from the environment when it is imported."""
    os.environ.update(
        GATEWAY_PORT=str(port),
        MINISTACK_HOST=LOOPBACK,
        AWS_ENDPOINT_URL=f"http://{LOOPBACK}:{port}",
        PERSIST_STATE="1",
        STATE_DIR=str(state_dir / "emulator"),
        S3_PERSIST="1",
        S3_DATA_DIR=str(state_dir / "objects"),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )


class Gateway:
    def __init__(self, emulator: App, ledger: Ledger) -> None:
        self.emulator = emulator
        self.ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(CONTROL):
            await self.control(scope, receive, send)
        else:
            await self.emulator(scope, receive, send)

    async def control(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = json.loads(await read_body(receive) or b"{}")
        match scope["method"], scope["path"].removeprefix(CONTROL):
            case "GET", "/health":
                await answer_json(send, 200, {"pid": os.getpid()})
            case "GET", "/clients":
                clients = {n: _addresses(p) for n, p in self.ledger.ports.items()}
                await answer_json(send, 200, {"clients": clients})
            case "PUT", "/clients":
                await answer_json(send, 200, self.register(Registration(**body)))
            case _:
                await answer_json(send, 200, {})

    def register(self, client: Registration) -> dict[str, str]:
        if client.name not in self.ledger.ports:
            taken = frozenset(
                p for each in self.ledger.ports.values() for p in (each.site, each.api)
            )
            site, api = listen_pair(FIRST_SITE_PORT, avoid=taken)
            self.ledger.ports[client.name] = Ports(site.getsockname()[1], api.getsockname()[1])
        self.ledger.clients[client.name] = client
        self.ledger.save()
        return _addresses(self.ledger.ports[client.name])


def _addresses(ports: Ports) -> dict[str, str]:
    found = ports.addresses()
    return {
        "site_url": found.site_url,
        "webhook_base_url": found.webhook_base_url,
        "content_api_url": found.content_api_url,
    }


async def run(state_dir: Path, ledger: Ledger, door: socket.socket) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    leaving = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, leaving.set)
    config = Config()
    config.bind = [f"fd://{door.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 3
    await serve(Gateway(app, ledger), config, shutdown_trigger=leaving.wait)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
