"""A vendor whose API is down while its webhooks, which only name what changed, come in."""

import time
from typing import Any
from urllib.parse import quote

from benchmarks.chaos.runs import Bench, Row
from benchmarks.site import CLIENT, Site
from platform_cli.local.emulator import credential
from platform_core.contract import PROVIDER_API

MINUTE = 60.0
NOBODY = "http://127.0.0.1:9"
"""Nothing listens there: the vendor refuses every connection."""
_FUNCTIONS = "/2015-03-31/functions/"


def outage(bench: Bench, seed: int, deliveries: int = 240) -> Row:
    """A minute of it, all the while with deliveries; then it is back."""
    site = bench.site
    endpoint: str = site.platform("local", "status")["aws_endpoint"]

    def down() -> str:
        there = _move_vendor(site, endpoint, NOBODY)
        time.sleep(MINUTE)
        waiting = site.platform("status", CLIENT)["pending"]
        _move_vendor(site, endpoint, there)
        return f"API down for {MINUTE:.0f} s, {waiting} waited for it"

    vendor = f"{endpoint}/_platform/deliveries"
    pace = deliveries / MINUTE
    return bench.run("vendor down", seed, deliveries, down, per_second=pace, vendor=vendor,
                     within=900)  # fmt: skip


def _move_vendor(site: Site, endpoint: str, address: str) -> str:
    """Have the client's functions ask another address for the vendors; returns the one before."""
    before = ""
    for function in _ask(site, "GET", endpoint + _FUNCTIONS)["Functions"]:
        variables = function.get("Environment", {}).get("Variables", {})
        if PROVIDER_API in variables:
            before = variables[PROVIDER_API]
            place = f"{endpoint}{_FUNCTIONS}{quote(function['FunctionName'])}/configuration"
            moved = variables | {PROVIDER_API: address}
            _ask(site, "PUT", place, {"Environment": {"Variables": moved}})
    return before


def _ask(site: Site, method: str, url: str, body: dict[str, Any] | None = None) -> Any:
    headers = {"authorization": credential("lambda")}
    return site.http.request(method, url, json=body, headers=headers).raise_for_status().json()
