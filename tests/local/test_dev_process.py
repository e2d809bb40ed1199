"""The process of a development server: its start, its end, and what it may see."""

import asyncio
import socket
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from platform_cli.config.site import SiteConfig
from platform_cli.engines import (
    STARTER,
    DetectedSite,
    engine_names,
    load_engine,
    tailor_engine,
)
from platform_cli.errors import UsageError
from platform_cli.local.builds.sandbox import Sandbox, SandboxKind
from platform_cli.local.dev_process import (
    FIRST_PORT,
    HOST,
    DevFolders,
    DevServerFailed,
    choose_port,
    make_environment,
    make_script,
    run_dev_server,
    wait_until_ready,
)

ENGINE = load_engine("custom")
SERVE = f'{sys.executable} -m http.server "$PORT" --bind "$HOST"'


@pytest.fixture
def folders(tmp_path: Path) -> DevFolders:
    return DevFolders(tmp_path / "home", tmp_path / "npm", hidden=())


@pytest.fixture
def no_sandbox() -> Sandbox:
    return Sandbox(SandboxKind.NONE)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


async def serve(dev: str, folders: DevFolders, sandbox: Sandbox, port: int) -> list[str]:
    folders.source.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    await run_dev_server(replace(ENGINE, dev=dev), folders, sandbox, port, lines.append)
    return lines


def test_a_server_runs_until_it_is_cancelled(folders: DevFolders, no_sandbox: Sandbox) -> None:
    port = free_port()

    async def run() -> None:
        server = asyncio.create_task(serve(SERVE, folders, no_sandbox, port))
        await wait_until_ready(port)
        server.cancel()
        with pytest.raises(asyncio.CancelledError):
            await server

    asyncio.run(run())
    assert choose_port(port) == port, "the server still listens"


def test_a_process_in_the_background_ends_as_well(folders: DevFolders, no_sandbox: Sandbox) -> None:
    pid_file = folders.source / "pid"
    dev = f"sh -c 'setsid sleep 60 & echo $! > {pid_file}; exec {SERVE}'"
    port = free_port()

    async def run() -> None:
        server = asyncio.create_task(serve(dev, folders, no_sandbox, port))
        await wait_until_ready(port)
        server.cancel()
        with pytest.raises(asyncio.CancelledError):
            await server

    asyncio.run(run())
    status = Path(f"/proc/{pid_file.read_text().strip()}/stat")
    assert not status.exists() or status.read_text().split()[2] == "Z"


def test_a_server_that_ends_shows_its_last_lines(folders: DevFolders, no_sandbox: Sandbox) -> None:
    dev = "sh -c 'for n in $(seq 40); do echo line $n; done; exit 3'"
    with pytest.raises(DevServerFailed) as failure:
        asyncio.run(serve(dev, folders, no_sandbox, free_port()))
    text = str(failure.value)
    assert "exit status 3" in text
    assert "line 40" in text
    assert "line 20\n" not in text


def test_a_failed_installation_is_the_end(folders: DevFolders, no_sandbox: Sandbox) -> None:
    engine = replace(ENGINE, install=("echo no registry; exit 7",), dev=SERVE)
    folders.source.mkdir(parents=True)
    with pytest.raises(DevServerFailed, match="exit status 7"):
        asyncio.run(run_dev_server(engine, folders, no_sandbox, free_port(), lambda _: None))


def test_the_site_s_code_gets_no_secret_of_this_machine(folders: DevFolders) -> None:
    inherited = {
        "AWS_ACCESS_KEY_ID": "key",
        "SANITY_TOKEN": "token",
        "HTTPS_PROXY": "http://user:password@proxy.example",
        "npm_config_registry": "https://registry.example",
    }
    environment = make_environment(folders, ENGINE, 3000, inherited)
    assert not {"AWS_ACCESS_KEY_ID", "SANITY_TOKEN", "HTTPS_PROXY"} & environment.keys()
    assert environment["npm_config_registry"] == "https://registry.example"
    assert (environment["HOST"], environment["PORT"]) == (HOST, "3000")
    assert environment["HOME"].startswith(str(folders.home))


def test_a_site_in_a_folder_is_served_there() -> None:
    script = make_script(replace(ENGINE, root="apps/my site", install=("npm ci",), dev="serve"))
    assert script == "set -e\nnpm ci\ncd 'apps/my site'\nserve\n"


@pytest.mark.parametrize("prefix", ["GREETING=hello", "cd . && GREETING=hello"])
def test_a_command_is_any_shell_command(
    folders: DevFolders, no_sandbox: Sandbox, prefix: str
) -> None:
    dev = f"{prefix} sh -c 'echo $GREETING; exit 3'"
    with pytest.raises(DevServerFailed, match="hello"):
        asyncio.run(serve(dev, folders, no_sandbox, free_port()))


def test_a_port_in_use_is_refused_or_passed_over() -> None:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        with pytest.raises(UsageError, match="is in use"):
            choose_port(listener.getsockname()[1])
    assert choose_port(None) >= FIRST_PORT


def test_a_reserved_port_is_refused_or_passed_over() -> None:
    """A server that still installs its packages does not listen yet."""
    port = free_port()
    with pytest.raises(UsageError, match="is in use"):
        choose_port(port, lambda number: number == port)
    first = choose_port(None)
    assert choose_port(None, lambda number: number == first) != first


def test_a_forbidden_port_is_not_called_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(UsageError, match="port 1: Permission denied"):
        choose_port(1)


def cancel_wait(port: int) -> float:
    """Cancel a wait for a server that is not ready, and return the seconds that it takes."""

    async def run() -> None:
        wait = asyncio.create_task(wait_until_ready(port))
        await asyncio.sleep(0.2)
        assert not wait.done()
        wait.cancel()
        with pytest.raises(asyncio.CancelledError):
            await wait

    start = time.monotonic()
    asyncio.run(run())
    return time.monotonic() - start


def test_a_server_that_says_nothing_delays_no_end() -> None:
    with socket.create_server((HOST, 0)) as listener:
        assert cancel_wait(listener.getsockname()[1]) < 2


def test_an_answer_that_is_no_http_is_not_ready() -> None:
    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"no HTTP\r\n\r\n")

    with socket.create_server((HOST, 0)) as listener:
        server = threading.Thread(target=answer)
        server.start()
        assert cancel_wait(listener.getsockname()[1]) < 2
        server.join()


def test_output_without_line_breaks_is_shown_in_parts(
    folders: DevFolders, no_sandbox: Sandbox
) -> None:
    lines: list[str] = []
    engine = replace(ENGINE, dev="head -c 1000000 /dev/zero | tr '\\0' x; exit 3")
    folders.source.mkdir(parents=True)
    with pytest.raises(DevServerFailed):
        asyncio.run(run_dev_server(engine, folders, no_sandbox, free_port(), lines.append))
    assert sum(map(len, lines)) == 1_000_000
    assert max(map(len, lines)) < 200_000


@pytest.mark.parametrize("name", engine_names())
def test_every_generator_has_a_server_or_says_that_it_has_none(name: str) -> None:
    """Gatsby's shows the pages of our starter at other addresses, and a custom site has its own."""
    engine = load_engine(name)
    own = tailor_engine(engine, SiteConfig(), DetectedSite())
    starter = tailor_engine(engine, SiteConfig(), STARTER)
    assert (not starter.dev) is (name in {"custom", "gatsby"})
    assert (not own.dev) is (name == "custom")
    stated = tailor_engine(engine, SiteConfig(dev_command="make serve"), STARTER)
    assert stated.dev == "make serve"
