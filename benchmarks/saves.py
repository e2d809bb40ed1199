"""Measure an editor's save on a site that renders its own repository.

    python -m benchmarks.saves [--samples N]

Decap with Hugo, and Tina with Astro, in direct mode on an embedded cloud in a temporary folder. The
time begins when the webhook is answered, and ends when the page shows the new title. It contains
the grace time of a single change (`builds.grace_seconds`, 3 s) and the build.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platform_cli.workspace import shipped_folder

PLATFORM = Path(sys.executable).with_name("platform")
ARTICLE = "content/articles/a-shelf-for-seconds.md"
TEXT = "---\ntitle: A shelf\ndate: 2026-06-01\n---\nThere are seconds.\n"
HUGO = {
    "hugo.toml": 'baseURL = "https://example.org/"\ntitle = "Journal"\n',
    ARTICLE: TEXT,
    "layouts/index.html": "{{ range site.RegularPages }}<h2>{{ .Title }}</h2>{{ end }}",
    "layouts/single.html": "<h1>{{ .Title }}</h1>{{ .Content }}",
}
ASTRO = {
    ARTICLE: TEXT,
    "astro.config.mjs": "export default {};\n",
    "src/pages/index.astro": "---\n"
    'const articles = import.meta.glob("../../content/articles/*.md", { eager: true });\n'
    "---\n{Object.values(articles).map((each) => <h2>{each.frontmatter.title}</h2>)}\n",
}
TIMEOUT = 120.0
PACKAGES = ("package.json", "package-lock.json")
"""Files of our starter, whose Astro the site uses."""


@dataclass(frozen=True)
class Case:
    """A CMS and the site that its editors change."""

    client: str
    engine: str
    cms: str
    files: Mapping[str, str]


CASES = (
    Case("by-decap", "hugo", "decap", HUGO),
    Case("by-tina", "astro", "tina", ASTRO),
)


def run(workspace: Path, *arguments: str) -> Any:
    """Run one command and return its data."""
    process = subprocess.run(
        [PLATFORM, *arguments, "--json"], cwd=workspace, check=True, capture_output=True, text=True
    )
    return json.loads(process.stdout)["data"]


def create_client(workspace: Path, case: Case) -> str:
    """Write the client and its site, deploy it, and return the address."""
    folder = workspace / "clients" / case.client
    for name, text in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    if case.engine == "astro":
        for name in PACKAGES:
            shutil.copyfile(shipped_folder("templates") / "astro/starter" / name, folder / name)
    folder.with_suffix(".yaml").write_text(
        f"client_id: {case.client}\ncompany_name: Journal\ndomain: {case.client}.example\n"
        f"contact_email: web@{case.client}.example\nservice_integration:\n"
        f"  integration_mode: direct\n  ssg_engine: {case.engine}\n"
        f"  cms_config: {{provider: {case.cms}, settings: "
        "{repository: github:fjord-and-fern/journal}}\n"
        "site: {content: source}\n"
    )
    return str(run(workspace, "deploy", case.client, "--local", "--yes")["site_url"])


def send(workspace: Path, case: Case, title: str) -> float:
    """Send a push that changes the title. Returns the time at which its answer was printed."""
    edit = f"commits.0.message=Update “{title}”"
    with subprocess.Popen(
        [PLATFORM, "send", case.client, case.cms, "push", "--local", "--edit", edit],
        cwd=workspace, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("200"):
                return time.monotonic()
    raise SystemExit(f"{case.client}: the delivery was not accepted")


def wait_for(address: str, word: str) -> float:
    """Ask for the page until it has the word. Returns the time."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        with urllib.request.urlopen(address, timeout=30) as page:  # noqa: S310 (our own server)
            if word in page.read().decode():
                return time.monotonic()
        time.sleep(0.05)
    raise SystemExit(f"{address} does not show {word!r} after {TIMEOUT:.0f} s")


def measure(workspace: Path, case: Case, samples: int) -> str:
    """Return the row of one case."""
    address = create_client(workspace, case)
    seconds, builds = [], []
    for number in range(samples):
        word = f"Saved {number}"
        start = send(workspace, case, word)
        seconds.append(wait_for(address, word) - start)
        build = run(workspace, "builds", case.client, "--limit", "1", "--local")["builds"][0]
        builds.append(build["build_seconds"])
        time.sleep(1)
    slow = statistics.quantiles(seconds, n=20)[-1]
    return (
        f"| {case.cms} | {case.engine} | {statistics.median(seconds):.1f} | {slow:.1f} "
        f"| {statistics.median(builds):.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20)
    samples = parser.parse_args().samples
    print("| editor | generator | save to page, p50 | p95 | its build, p50 |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        (workspace / "clients").mkdir()
        try:
            for case in CASES:
                print(measure(workspace, case, samples), flush=True)
        finally:
            run(workspace, "local", "reset", "--yes")


if __name__ == "__main__":
    main()
