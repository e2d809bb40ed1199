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


@dataclass(frozen=True, slots=True)
class Site:
    """A deployed client, and the ways to use it."""

    workspace: Path
    site_url: str
    webhook_url: str
    http: httpx2.Client

    def words(self, *arguments: str) -> list[str]:
        """Return the command line of a command."""
        begin = [sys.executable, "-m", "platform_cli", "--workspace", str(self.workspace)]
        return [*begin, "--json", *arguments]

    def platform(self, *arguments: str, stdin: str | None = None) -> dict[str, Any]:
        """Run a command and return its data."""
        words = self.words(*arguments)
        process = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
        if process.returncode:
            raise SystemExit(
                f"platform {' '.join(arguments)} failed:\n{process.stdout}{process.stderr}"
            )
        data: dict[str, Any] = json.loads(process.stdout)["data"]
        return data

    def deliver(self, identity: str, title: str, http: httpx2.Client | None = None) -> int:
        """Send one signed delivery of an article as the CMS does. Returns the status."""
        now = datetime.now(UTC)
        headers = {"content-type": "application/json", "sanity-operation": "update"}
        path = urlsplit(self.webhook_url).path
        request = Request("POST", path, headers, article(identity, title, now), now.timestamp())
        sent = signed("sanity", request, time.time())
        post = (http or self.http).post
        return post(self.webhook_url, content=sent.body, headers=dict(sent.headers)).status_code

    def shows(self, path: str, text: str) -> bool:
        """Return whether the page shows this text now."""
        page = self.http.get(self.site_url + path)
        return page.status_code == 200 and text in page.text

    def settle(self) -> None:
        """Wait until no delivery and no build is pending."""
        wait_for(lambda: self.platform("status", CLIENT)["site"]["state"] == "idle", 180, 0.5)


def article(identity: str, title: str, at: datetime) -> bytes:
    """Return a document as the CMS's webhook carries it. Its version is its time."""
    document = {
        "_id": identity,
        "_type": "article",
        "_rev": f"r{at.timestamp():.6f}",
        "_createdAt": "2026-11-01T08:00:00Z",
        "_updatedAt": at.isoformat().replace("+00:00", "Z"),
        "title": title,
        "slug": {"_type": "slug", "current": identity},
        "publishedAt": "2026-11-01T08:00:00Z",
        "excerpt": "Measured.",
        "body": [],
    }
    return json.dumps(document).encode()


def signed(provider: str, request: Request, at: float) -> Request:
    """Return the request with the vendor's signature."""
    proof = providers.load_webhook(provider).SIGNATURE.sign(request, SECRET.encode(), at)
    return replace(request, headers={**request.headers, **proof})


def wait_for(done: Callable[[], bool], seconds: float, every: float = 0.02) -> None:
    """Poll until the condition holds. Ends the benchmark at the time limit."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise SystemExit(f"not within {seconds} s")
        time.sleep(every)


def deployed(workspace: Path) -> Site:
    """Deploy a client to this machine."""
    site = Site(workspace, "", "", httpx2.Client(timeout=30))
    site.platform("init", str(workspace))
    site.platform(
        "new-client", CLIENT, "--cms", "sanity", "--commerce", "shopify_basic", "--engine",
        "eleventy", "--mode", "event_driven", "--domain", "bench.example", "--company", "Bench",
        "--email", "web@bench.example", "--no-input", "--yes",
    )  # fmt: skip
    site.platform("deploy", CLIENT, "--local", "--yes")
    for provider in ("sanity", "shopify_basic"):
        site.platform("secrets", "set", CLIENT, provider, "webhook_secret", stdin=SECRET)
    deployment = site.platform("deploy", CLIENT, "--local", "--yes")
    webhooks = deployment["webhook_base_url"].rstrip("/") + "/sanity"
    return Site(workspace, deployment["site_url"].rstrip("/"), webhooks, site.http)


def quantile(values: list[float], percent: int) -> float:
    """Return a quantile in seconds."""
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 3)
