"""Measure `platform dev`: from an edit or a delivery to the changed page.

    python -m benchmarks.dev                    all generators
    python -m benchmarks.dev hugo eleventy      some of them
    python -m benchmarks.dev hugo --samples 20

For each generator a client of Sanity is deployed to an embedded cloud in a temporary folder. A page
is asked for until it shows the change, as a browser would be told to. The generator's own share
begins when its input is written, and ends when the page shows it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platform_cli.engines import starter_engine_names

PLATFORM = Path(sys.executable).with_name("platform")
LAYOUTS = {
    "astro": "src/layouts/Base.astro",
    "eleventy": "src/_includes/base.njk",
    "gatsby": "src/components/document.jsx",
    "hugo": "layouts/baseof.html",
    "jekyll": "_layouts/base.html",
    "nextjs": "components/layout.jsx",
    "nuxt": "app/app.vue",
}
"""A template of each starter that every page has."""
PAGE = "articles/"
TIMEOUT = 60.0
PAUSE = 8.0
"""Seconds between two changes, so that the build of a delivery does not run beside the next one."""


@dataclass
class Server:
    """A running development server and its events."""

    process: "subprocess.Popen[str]"
    events: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return next(str(event["url"]) for _, event in self.events if event.get("kind") == "ready")

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise SystemExit(f"the server has ended: {self.events[-3:]}")
        return any(event.get("kind") == "ready" for _, event in self.events)

    def last(self, kind: str) -> float:
        return max(at for at, event in self.events if event.get("kind") == kind)

    def read(self) -> str:
        try:
            page = urllib.request.Request(self.url + PAGE)  # noqa: S310 (our own server)
            with urllib.request.urlopen(page, timeout=30) as response:  # noqa: S310
                return str(response.read().decode())
        except (urllib.error.URLError, OSError):
            return ""


@dataclass(frozen=True)
class Timing:
    """Seconds until a page showed a change, and the generator's share of them."""

    total: float
    engine: float


def run(workspace: Path, *arguments: str) -> None:
    subprocess.run([PLATFORM, *arguments], cwd=workspace, check=True, capture_output=True)


def send(workspace: Path, client: str, title: str) -> float:
    """Send a delivery. Returns the time at which its answer was printed."""
    arguments = ["sanity", "article.published", "--edit", f"title={title}"]
    with subprocess.Popen(
        [PLATFORM, "send", client, *arguments], cwd=workspace, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("200"):
                return time.monotonic()
        raise SystemExit(f"{client}: the delivery was not accepted")


@contextmanager
def serve(workspace: Path, client: str) -> Iterator[Server]:
    """Run the development server of a client."""
    process = subprocess.Popen(
        [PLATFORM, "dev", client, "--json"], cwd=workspace, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    server = Server(process)
    threading.Thread(target=_collect, args=(server,), daemon=True).start()
    try:
        _wait(server.is_ready, 300)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _collect(server: Server) -> None:
    assert server.process.stdout is not None
    for line in server.process.stdout:
        server.events.append((time.monotonic(), json.loads(line).get("data") or {}))


def _wait(condition: Any, seconds: float) -> float:
    """Wait until a condition holds, and return the time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)
    return time.monotonic()


def measure_deliveries(workspace: Path, client: str, server: Server, samples: int) -> list[Timing]:
    """Send deliveries. The time starts when the webhook is answered."""
    timings = []
    for number in range(samples):
        word = f"Delivered{number}x{os.getpid()}"
        start = send(workspace, client, word)
        shown = _wait(lambda word=word: word in server.read(), TIMEOUT)
        timings.append(Timing(shown - start, shown - server.last("content")))
        time.sleep(PAUSE)
    return timings


def measure_edits(file: Path, server: Server, samples: int) -> list[Timing]:
    """Edit a template of every page."""
    original, timings = file.read_text(), []
    for number in range(samples):
        word = f"Edited{number}x{os.getpid()}"
        changed = original.replace("</main>", f"<p>{word}</p></main>", 1)
        assert changed != original, f"{file} has no </main>"
        start = time.monotonic()
        file.write_text(changed)
        shown = _wait(lambda word=word: word in server.read(), TIMEOUT)
        timings.append(Timing(shown - start, shown - server.last("source")))
        time.sleep(1)
    file.write_text(original)
    return timings


def describe(timings: Iterable[Timing]) -> str:
    """Format the median and the slowest, with the generator's share of the median."""
    ordered = sorted(timings, key=lambda timing: timing.total)
    total = statistics.median(timing.total for timing in ordered)
    engine = statistics.median(timing.engine for timing in ordered)
    return f"{total:.2f} | {ordered[-1].total:.2f} | {engine:.2f}"


def measure(workspace: Path, engine: str, samples: int) -> str:
    """Return the row of one generator."""
    client = f"dev-{engine}"
    run(workspace, "new-client", client, "--cms", "sanity", "--engine", engine, "--no-input")
    run(workspace, "deploy", client, "--local", "--yes")
    start = time.monotonic()
    with serve(workspace, client) as server:
        ready = time.monotonic() - start
        server.read()
        deliveries = measure_deliveries(workspace, client, server, samples)
        layout = workspace / "clients" / client / LAYOUTS[engine]
        edits = measure_edits(layout, server, samples)
    return f"| {engine} | {ready:.1f} | {describe(edits)} | {describe(deliveries)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", default=starter_engine_names())
    parser.add_argument("--samples", type=int, default=10)
    options = parser.parse_args()
    columns = ("p50", "slowest", "own share")
    measured = [f"{kind} {column}" for kind in ("edit", "delivery") for column in columns]
    heads = ["generator", "ready", *measured]
    print(f"| {' | '.join(heads)} |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        run(workspace, "init", ".")
        try:
            for engine in options.engines:
                print(measure(workspace, engine, options.samples), flush=True)
        finally:
            run(workspace, "local", "reset", "--yes")


if __name__ == "__main__":
    main()
