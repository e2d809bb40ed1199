"""`platform dev`: an edit and a delivery show in an open browser, and nothing of it stays."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from platform_cli.api.operations.dev_server import RETRY_SECONDS
from tests.local.ground import reserve_ports, run_command

CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.local, pytest.mark.slow]
PLATFORM = Path(sys.executable).with_name("platform")
SECONDS = 30.0


class DevServer:
    """A running `platform dev --json`."""

    def __init__(self, root: Path, client: str) -> None:
        self.process = subprocess.Popen(
            [PLATFORM, "dev", client, "--json"], cwd=root, stdout=subprocess.PIPE, text=True,
            # A program in the background may ignore Ctrl-C, and this one inherits that.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        self.events: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    def _collect(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line).get("data") or {})

    def end(self, by: signal.Signals) -> int:
        """Send a signal, wait for the end and return the exit code."""
        self.process.send_signal(by)
        exit_code = self.process.wait(SECONDS)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return exit_code

    def event(self, kind: str) -> dict[str, Any]:
        """Wait for an event, and return it."""
        found: dict[str, Any] = wait_for(
            lambda: next((event for event in self.events if event.get("kind") == kind), None)
        )
        return found

    def read(self, path: str) -> str:
        return httpx2.get(self.event("ready")["url"] + path, trust_env=False).text


def wait_for(condition: Any) -> Any:
    end = time.monotonic() + SECONDS
    while not (result := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
    return result


@contextmanager
def serve(root: Path, client: str) -> Iterator[DevServer]:
    server = DevServer(root, client)
    try:
        yield server
    finally:
        assert server.end(signal.SIGINT) == 130


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a workspace with two deployed clients."""
    root = tmp_path_factory.mktemp("dev")
    reserve_ports(root / ".platform/local", "by-hugo/prod", "by-eleventy/prod")
    run_command(root, "init", str(root))
    for engine in ("hugo", "eleventy"):
        run_command(
            root, "new-client", f"by-{engine}", "--cms", "sanity", "--engine", engine, "--no-input"
        )
        run_command(root, "deploy", f"by-{engine}", "--local", "--yes")
    yield root
    run_command(root, "local", "stop")
    shutil.rmtree(root)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page()
        browser.close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.parametrize(
    ("client", "template"),
    [("by-hugo", "layouts/baseof.html"), ("by-eleventy", "src/_includes/base.njk")],
)
def test_edits_and_deliveries_show_in_an_open_browser(
    root: Path, page: Page, client: str, template: str
) -> None:
    file = root / "clients" / client / template
    before = {path: path.read_bytes() for path in file.parents[1].rglob("*") if path.is_file()}
    with serve(root, client) as server:
        assert server.event("ready")["url"] in server.read("")
        page.goto(server.event("ready")["url"] + "articles/")
        main = page.locator("main")
        run_command(
            root, "send", client, "sanity", "article.published", "--edit", "title=Delivered tea"
        )
        expect(main).to_contain_text("Delivered tea", timeout=SECONDS * 1000)
        # The page has just loaded: its script misses a change that comes before it is connected.
        page.wait_for_timeout(1000)
        original = file.read_text()
        file.write_text(original.replace("</main>", "<p>Edited by hand</p></main>"))
        expect(main).to_contain_text("Edited by hand", timeout=SECONDS * 1000)
        file.write_text(original)
        second = subprocess.run(
            [PLATFORM, "dev", client], cwd=root, capture_output=True, text=True, check=False
        )
        assert second.returncode != 0
        assert "is being changed by another command" in second.stderr
    after = {path: path.read_bytes() for path in file.parents[1].rglob("*") if path.is_file()}
    assert after == before, "the server has written into the source"
    with pytest.raises(httpx2.ConnectError):
        server.read("")


def test_a_stopped_cloud_is_reported_once_and_its_return_noticed(root: Path) -> None:
    with serve(root, "by-hugo") as server:
        server.event("ready")
        run_command(root, "local", "stop")
        assert "does not respond" in server.event("failed")["reason"]
        time.sleep(2 * RETRY_SECONDS + 1)
        before = len(server.events)
        run_command(root, "send", "by-hugo", "sanity", "article.published", "--edit", "title=Back")
        wait_for(lambda: "Back" in server.read("articles/"))
        assert [event["kind"] for event in server.events].count("failed") == 1
        assert "content" in [event["kind"] for event in server.events[before:]]


def test_a_killed_command_leaves_no_server(root: Path) -> None:
    server = DevServer(root, "by-hugo")
    url = server.event("ready")["url"]
    server.end(signal.SIGKILL)

    def is_gone() -> bool:
        try:
            httpx2.get(url, trust_env=False)
        except httpx2.TransportError:
            return True
        return False

    wait_for(is_gone)
