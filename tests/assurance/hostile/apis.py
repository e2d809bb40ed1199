"""Vendor APIs that return wrong data, or never stop returning pages."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import urlsplit

from platform_core.http import HttpResponse
from tests.assurance.hostile import nonsense
from tests.fakes.vendors import World

MOST_CALLS = 300
"""Requests allowed for one delivery, or for one listing of a few items."""
STATUSES = (204, 206, 301, 400, 401, 403, 404, 410, 429, 500)
ONWARD = re.compile(r"(?i)next|more|cursor")
COUNTS = re.compile(r"(?i)total|count|pages")


class Endless(AssertionError):
    """A vendor received an unlimited number of requests."""


@dataclass
class Asked(World):
    """Counts the requests. A request that the fake cannot parse gets a bad request."""

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse:
        if len(self.requested_urls) > MOST_CALLS:
            raise Endless(url)
        try:
            response = super().http(method, url, headers=headers, body=body)
        except (LookupError, TypeError, ValueError, AttributeError):
            return HttpResponse(400, b"{}")
        return self.told(method, url, response)

    def told(self, method: str, url: str, said: HttpResponse) -> HttpResponse:
        """Return the response to pass on."""
        return said


@dataclass
class Liar(Asked):
    """Returns nonsense, sometimes or always."""

    chance: Random = field(default_factory=Random)
    share: int = 2
    """One response in this many is nonsense."""

    def told(self, method: str, url: str, said: HttpResponse) -> HttpResponse:
        if self.chance.randrange(self.share):
            return said
        if self.chance.randrange(8) == 0:
            return replace(said, status=self.chance.choice(STATUSES))
        try:
            document = nonsense.distorted(json.loads(said.body), self.chance)
        except ValueError:
            return replace(said, body=nonsense.text(self.chance).encode("utf-8", "replace"))
        return replace(said, body=nonsense.written(document, self.chance))


@dataclass
class Promising(Asked):
    """Always promises another page. `repeats`: it ignores the position in the request."""

    repeats: bool = True
    first: dict[tuple[str, str], HttpResponse] = field(default_factory=dict)

    def told(self, method: str, url: str, said: HttpResponse) -> HttpResponse:
        place = (method, urlsplit(url).path)
        if self.repeats:
            said = self.first.setdefault(place, said)
        headers = {**said.headers, "x-wp-totalpages": "100000"}
        headers["link"] = f'<{url.partition("?")[0]}?page_token=x&page=2>; rel="next"'
        try:
            document = json.loads(said.body)
        except ValueError:
            return said
        return replace(said, body=json.dumps(_more(document, url)).encode(), headers=headers)


def _more(value: Any, url: str) -> Any:
    """Replace every sign of the last page with a sign of another page."""
    if isinstance(value, list):
        return [_more(each, url) for each in value]
    if not isinstance(value, dict):
        return value
    response = {name: _promise(name, _more(each, url), url) for name, each in value.items()}
    if "nextSyncUrl" in response:
        response["nextPageUrl"] = response.pop("nextSyncUrl")
    return response


def _promise(name: str, value: Any, url: str) -> Any:
    match value:
        case bool() if ONWARD.search(name):
            return True
        case int() if COUNTS.search(name) and not isinstance(value, bool):
            return value * 1000
        case None if ONWARD.search(name):
            return url
        case _:
            return value
