"""A client on the embedded cloud, and access to it for vendors and visitors."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from platform_core import providers
from platform_core.webhooks.request import Request

CLIENT = "bench"
SECRET = "bench-secret-of-thirty-two-letters"  # noqa: S105 - signs deliveries to this machine
STARTED_BUILD_STATES = frozenset({"succeeded", "failed", "building"})


@dataclass(frozen=True, slots=True)
class Site:
    """A deployed client, and the ways to use it."""

    workspace: Path
    site_url: str
    webhook_url: str
    http: httpx2.Client

    def command_line(self, *arguments: str) -> list[str]:
        """Return the command line of a `platform` command."""
        prefix = [sys.executable, "-m", "platform_cli", "--workspace", str(self.workspace)]
        return [*prefix, "--json", *arguments]

    def run_command(self, *arguments: str, stdin: str | None = None) -> dict[str, Any]:
        """Run a `platform` command and return its data. Ends the benchmark if it fails."""
        process = subprocess.run(
            self.command_line(*arguments), input=stdin, capture_output=True, text=True, check=False
        )
        if process.returncode:
            raise SystemExit(
                f"platform {' '.join(arguments)} failed:\n{process.stdout}{process.stderr}"
            )
        data: dict[str, Any] = json.loads(process.stdout)["data"]
        return data

    def deliver(self, document_id: str, title: str, http: httpx2.Client | None = None) -> int:
        """Send one signed delivery of an article as the CMS does. Returns the status."""
        now = datetime.now(UTC)
        headers = {"content-type": "application/json", "sanity-operation": "update"}
        path = urlsplit(self.webhook_url).path
        body = make_article_body(document_id, title, now)
        request = Request("POST", path, headers, body, now.timestamp())
        signed = sign_request("sanity", request, time.time())
        response = (http or self.http).post(
            self.webhook_url, content=signed.body, headers=dict(signed.headers)
        )
        return response.status_code

    def page_contains(self, path: str, text: str) -> bool:
        """Return whether the page shows this text now."""
        page = self.http.get(self.site_url + path)
        return page.status_code == 200 and text in page.text

    def list_started_builds(self) -> list[dict[str, Any]]:
        """Return the builds that ended or are running."""
        builds = self.run_command("builds", CLIENT, "--limit", "100000")["builds"]
        return [build for build in builds if build["status"] in STARTED_BUILD_STATES]

    def wait_until_idle(self) -> None:
        """Wait until no delivery and no build is pending."""
        wait_for(lambda: self.run_command("status", CLIENT)["site"]["state"] == "idle", 180, 0.5)


def make_article_body(document_id: str, title: str, at: datetime) -> bytes:
    """Return a document as the CMS's webhook carries it. Its version is its time."""
    document = {
        "_id": document_id,
        "_type": "article",
        "_rev": f"r{at.timestamp():.6f}",
        "_createdAt": "2026-11-01T08:00:00Z",
        "_updatedAt": at.isoformat().replace("+00:00", "Z"),
        "title": title,
        "slug": {"_type": "slug", "current": document_id},
        "publishedAt": "2026-11-01T08:00:00Z",
        "excerpt": "Measured.",
        "body": [],
    }
    return json.dumps(document).encode()


def sign_request(provider: str, request: Request, at: float) -> Request:
    """Return the request with the vendor's signature."""
    scheme = providers.load_webhook(provider).SIGNATURE
    signature_headers = scheme.sign(request, SECRET.encode(), at)
    return replace(request, headers={**request.headers, **signature_headers})


def wait_for(condition: Callable[[], bool], seconds: float, interval: float = 0.02) -> None:
    """Poll until the condition is true. Ends the benchmark at the time limit."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {seconds} s")
        time.sleep(interval)


def deploy_site(workspace: Path) -> Site:
    """Create a workspace, deploy a client to this machine and return its site."""
    site = Site(workspace, "", "", httpx2.Client(timeout=30))
    site.run_command("init", str(workspace))
    site.run_command(
        "new-client", CLIENT, "--cms", "sanity", "--commerce", "shopify_basic", "--engine",
        "eleventy", "--mode", "event_driven", "--domain", "bench.example", "--company", "Bench",
        "--email", "web@bench.example", "--no-input", "--yes",
    )  # fmt: skip
    site.run_command("deploy", CLIENT, "--local", "--yes")
    for provider in ("sanity", "shopify_basic"):
        site.run_command("secrets", "set", CLIENT, provider, "webhook_secret", stdin=SECRET)
    deployment = site.run_command("deploy", CLIENT, "--local", "--yes")
    webhook_url = deployment["webhook_base_url"].rstrip("/") + "/sanity"
    return Site(workspace, deployment["site_url"].rstrip("/"), webhook_url, site.http)


def quantile(values: list[float], percent: int) -> float:
    """Return a quantile, rounded to milliseconds if the values are seconds."""
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 3)
