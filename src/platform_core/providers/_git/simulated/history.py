"""A double of GitHub's read API: a repository's head, its trees, and files at a commit.

A push tells which files changed and not to what. So the double makes the change up from what the
push does say: the first line of the head commit's message becomes the title (what stands in “ ”,
where there is such), the rest of it a new paragraph.

Its state is `{"pushed_at": Unix seconds, "heads": {branch: commit}, "commits": {commit: {path:
{"text", "date"}}}}`; an empty one starts with the journal of a small shop.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, unquote, urlsplit

from platform_core.provider import HttpResponse
from platform_core.providers import reading
from platform_core.webhook import Request

State = dict[str, Any]
Tree = dict[str, dict[str, str]]
START: Final = "5eed" * 10
"""The commit that every branch starts with."""
KEPT: Final = 200
"""Commits that can still be read."""


class Simulated:
    """One repository, whatever it is called."""

    HOSTS: ClassVar[tuple[str, ...]] = ("api.github.com",)

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """The answer to one call of the read API."""
        address = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        found = re.fullmatch(r"/repos/([^/]+/[^/]+)((?:/.*)?)", address.path)
        if method != "GET" or found is None:
            return _missing()
        kind, _, rest = found[2].lstrip("/").partition("/")
        state = self._state()
        match kind:
            case "":
                return _json({"full_name": found[1], "pushed_at": _time(state["pushed_at"])})
            case "branches":
                name = unquote(rest)
                return _json({"name": name, "commit": {"sha": _head(state, name)}})
            case "git":
                return _tree(state, rest.removeprefix("trees/"))
            case "contents":
                return _contents(state, unquote(rest), asked.get("ref", ""))
            case "commits":
                return _commits(state, asked["path"], asked["sha"])
            case _:
                return _missing()

    def record(self, request: Request) -> None:
        """Take over a push: its commit can be read from now on, and the newest is the head."""
        body = reading.document(request.body)
        ref, commit = body.get("ref"), body.get("after")
        if not (isinstance(ref, str) and isinstance(commit, str) and body.get("commits")):
            return
        state = self._state()
        branch = ref.removeprefix("refs/heads/")
        before = state["commits"][_head(state, branch)]
        state["commits"].pop(commit, None)
        state["commits"][commit] = _pushed(before, body)
        pushed_at = reading.whole(reading.part(body.get("repository")).get("pushed_at")) or 0
        if pushed_at >= state["pushed_at"]:
            state["pushed_at"] = pushed_at
            state["heads"][branch] = commit
        for old in [each for each in state["commits"] if each not in state["heads"].values()][
            :-KEPT
        ]:
            if old != START:
                del state["commits"][old]
        self._save(state)

    def _state(self) -> State:
        return self._load() or {"pushed_at": 1199145600, "heads": {}, "commits": {START: _seed()}}


def _head(state: State, branch: str) -> str:
    return str(state["heads"].get(branch, START))


def _tree(state: State, commit: str) -> HttpResponse:
    found = state["commits"].get(commit)
    if found is None:
        return _missing()
    entries = [
        {"path": path, "type": "blob", "mode": "100644", "sha": _blob(file["text"])}
        for path, file in sorted(found.items())
    ]
    return _json({"sha": commit, "tree": entries, "truncated": False})


def _contents(state: State, path: str, commit: str) -> HttpResponse:
    found = state["commits"].get(commit, {}).get(path)
    return HttpResponse(200, found["text"].encode()) if found else _missing()


def _commits(state: State, path: str, commit: str) -> HttpResponse:
    found = state["commits"].get(commit, {}).get(path)
    return _json([{"commit": {"committer": {"date": found["date"]}}}] if found else [])


def _pushed(before: Tree, body: Mapping[str, Any]) -> Tree:
    """The files after a push."""
    tree = dict(before)
    message = str(reading.part(body.get("head_commit")).get("message") or "")
    for commit in reading.records(body["commits"]):
        date = str(commit.get("timestamp") or _time(0))
        said = str(commit.get("message") or message)
        for path in reading.texts(commit.get("removed")):
            tree.pop(path, None)
        for path in reading.texts(commit.get("added")) + reading.texts(commit.get("modified")):
            text = tree.get(path, {}).get("text") or _new(path, date)
            tree[path] = {"text": _edited(text, said), "date": date}
    return tree


def _new(path: str, date: str) -> str:
    title = PurePosixPath(path).stem.replace("-", " ").capitalize()
    return f"---\ntitle: {json.dumps(title)}\ndate: {date}\n---\n"


def _edited(text: str, message: str) -> str:
    """A file as the message says; the same message a second time changes nothing."""
    first, _, rest = message.strip().partition("\n")
    quoted = re.search("“(.+?)”", first)
    title = json.dumps(quoted[1] if quoted else first, ensure_ascii=False)
    text = re.sub(r"(?m)^title:.*$", lambda _: f"title: {title}", text, count=1)
    rest = rest.strip()
    return f"{text.rstrip()}\n\n{rest}\n" if rest and rest not in text else text


def _blob(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _time(seconds: int) -> str:
    return (reading.EPOCH + reading.SECOND * seconds).isoformat().replace("+00:00", "Z")


def _json(body: object) -> HttpResponse:
    return HttpResponse(200, json.dumps(body).encode(), {"content-type": "application/json"})


def _missing() -> HttpResponse:
    return HttpResponse(404, b'{"message": "Not Found"}', {"content-type": "application/json"})


def _seed() -> Tree:
    return {path: {"text": text.lstrip(), "date": "2026-06-01T08:00:00Z"} for path, text in _FILES}


_FILES: Final = (
    (
        "content/articles/a-shelf-for-seconds.md",
        """
---
title: A shelf for seconds
date: 2026-10-21T08:00:00Z
description: The cups with a thumbprint have a shelf of their own now.
tags: [studio, seconds]
---
Every firing has a few: a drop of glaze that ran, a foot that leans, the print of a thumb. They
pour as well as the others.

## Where they go

They stand by the door, at half the price, and are mostly gone by noon.

- No two alike
- No returns, and none needed
- Tea included, if you stay
""",
    ),
    (
        "content/articles/what-the-kiln-said.md",
        """
---
title: What the kiln said
date: 2026-10-07T08:00:00Z
description: Notes from a firing that went wrong in the best way.
tags: [studio, glaze]
---
The thermocouple broke at nine hundred degrees, so we fired the rest **by eye**, as people did for
a few thousand years.

> Cherry, orange, straw: the colours are a thermometer, if you are patient.

The glaze came out darker than we had planned. We will break the thermocouple again next time.
""",
    ),
    (
        "content/articles/how-to-keep-tea.md",
        """
---
title: How to keep tea
date: 2026-09-18T08:00:00Z
description: Dark, dry, and away from the coffee.
tags: [tea]
---
Tea is a leaf that remembers everything it stood next to. Keep it in a tin, in the dark, and as far
from the coffee as the kitchen allows.

| Tea | Keeps for |
|---|---|
| Green | six months |
| Black | two years |
| Smoked | longer than you can wait |
""",
    ),
    (
        "content/pages/about.md",
        """
---
title: About us
order: 1
description: A studio of three beside the water.
---
We make stoneware for the table, and choose teas that are worth a good cup.

## Visit

Thursdays and Fridays from ten to four. The kettle is on.
""",
    ),
    (
        "content/pages/contact.md",
        """
---
title: Contact
order: 2
description: Write, ring, or knock.
---
Write to us about an order, a chipped rim or a good tea: we answer on Tuesdays, while the parcels
wait for the boat.
""",
    ),
)
