"""Read a case folder, run it through the façade, and list the differences.

The README of this folder describes the format.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import outside

HERE = Path(__file__).parent
CASES = HERE / "cases"
GIT_PROVIDERS = {"decap", "tina"}


@dataclass(frozen=True, slots=True)
class Case:
    """One input and its expected result."""

    folder: Path
    content: Mapping[str, Any]
    """The JSON document of `case.json`."""

    @property
    def expected(self) -> Mapping[str, Any]:
        expected: Mapping[str, Any] = self.content["expect"]
        return expected

    def read(self, name: str) -> str:
        """Return the text of a file beside `case.json`, with its line ends as they are."""
        return (self.folder / name).read_bytes().decode("utf-8")


def load_case(folder: Path) -> Case:
    """Read one case folder."""
    return Case(folder, json.loads((folder / "case.json").read_text("utf-8")))


def case_folders() -> list[Path]:
    """Return the folders of this repository's cases, and of those that PLATFORM_CASES names."""
    named = os.environ.get("PLATFORM_CASES", "")
    roots = [CASES, *(Path(each) for each in named.split(os.pathsep) if each)]
    if absent := [str(root) for root in roots if not root.is_dir()]:
        # An empty run would look like a passed one.
        raise FileNotFoundError(f"PLATFORM_CASES: no such folder: {', '.join(absent)}")
    return [file.parent for root in roots for file in sorted(root.rglob("case.json"))]


def known_faults() -> dict[str, str]:
    """Return the kind of fault of each case of this repository that fails today, by case name."""
    kinds = json.loads((HERE / "known_faults.json").read_text("utf-8"))
    return {name: kind for kind, names in kinds.items() for name in names}


def differences(case: Case) -> list[str]:
    """Run a case and return a line for each difference from the expected result."""
    if case.content.get("kind") == "config":
        return list(_workspace_differences(case))
    outcome = _run_content(case)
    expected_outcome = case.expected.get("outcome")
    if expected_outcome and outcome.outcome not in expected_outcome.split("|"):
        return [
            f"the outcome is {outcome.outcome} ({outcome.message}), expected {expected_outcome}"
        ]
    return list(_item_differences(case.expected, outcome.items))


# --- content -----------------------------------------------------------------------------------


def _run_content(case: Case) -> outside.Outcome:
    content = case.content
    provider = content["provider"]
    settings = dict(content.get("settings", {}))
    state = content.get("state", {})
    if provider in GIT_PROVIDERS:
        settings.setdefault("repository", "github:fjord-and-fern/journal")
        files, before = (
            {path: case.read(name) for path, name in content.get(key, {}).items()}
            for key in ("files", "before")
        )
        state = outside.repository(files, before, settings.get("branch", "main"))
    world = outside.world(provider, settings, state)
    if content.get("call") == "list_all":
        return outside.list_all(world)
    return outside.normalize(world, _deliveries(case, settings))


def _deliveries(case: Case, settings: Mapping[str, Any]) -> list[Any]:
    content = case.content
    provider = content["provider"]
    if "deliveries" not in content:
        paths = content.get("paths") or list(content["files"])
        members = content.get("push", {})
        return [outside.push(provider, paths, content.get("removed", []), settings, **members)]
    return [
        outside.delivery(
            provider,
            each.get("body"),
            (case.folder / each["body_file"]).read_bytes() if "body_file" in each else None,
            each.get("headers"),
            settings,
        )
        for each in content["deliveries"]
    ]


def _item_differences(expected: Mapping[str, Any], items: list[dict[str, Any]]) -> Iterator[str]:
    if "count" in expected and len(items) != expected["count"]:
        yield f"{len(items)} items, expected {expected['count']}"
    for place, value in expected.get("equal", {}).items():
        if (actual := _value_at(items, place)) != value:
            yield f"{place} is {actual!r}, expected {value!r}"
    for place, texts in expected.get("has", {}).items():
        actual = _value_at(items, place)
        for text in _missing_texts(actual, texts):
            yield f"{place} is {str(actual)[:200]!r}, expected {text!r} in it"
    for place, texts in expected.get("lacks", {}).items():
        actual = _value_at(items, place)
        for text in set(_as_list(texts)) - set(_missing_texts(actual, texts)):
            yield f"{place} is {str(actual)[:200]!r}, expected no {text!r} in it"
    for place in expected.get("null", []):
        if (actual := _value_at(items, place)) is not None:
            yield f"{place} is {actual!r}, expected nothing"
    for place in expected.get("set", []):
        if not _value_at(items, place):
            yield f"{place} is empty"


def _value_at(items: Any, place: str) -> Any:
    """Return the value at a path such as `0.images.1.url`; None if it is missing."""
    value = items
    for part in place.split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value.get(part)
        except (IndexError, ValueError, AttributeError):
            return None
    return value


def _missing_texts(actual: Any, texts: str | list[str]) -> list[str]:
    return [text for text in _as_list(texts) if text not in str(actual or "")]


def _as_list(texts: str | list[str]) -> list[str]:
    return texts if isinstance(texts, list) else [texts]


# --- configuration -----------------------------------------------------------------------------


def _workspace_differences(case: Case) -> Iterator[str]:
    expected = case.expected
    workspace = outside.load_workspace(case.folder)
    text = "; ".join(map(str, workspace.findings))
    refused = not workspace.sound
    if expected.get("refused") not in {None, refused}:
        yield f"refused: {text}" if refused else "the workspace is sound, expected a finding"
    if "message" in expected and expected["message"] not in text:
        yield f"the findings are {text[:200]!r}, expected {expected['message']!r} in them"
    if refused and expected.get("hint", "") not in text:
        yield f"the findings are {text[:200]!r}, expected {expected['hint']!r} in them"
    if not (refused and expected.get("or_refused")):
        for place, value in expected.get("equal", {}).items():
            name, _, member = place.partition(".")
            if (actual := getattr(workspace.clients.get(name), member, None)) != value:
                yield f"{place} is {actual!r}, expected {value!r}"
    if "distinct" in expected and not refused:
        names = [getattr(client, expected["distinct"]) for client in workspace.clients.values()]
        if len(set(names)) != len(names):
            yield f"{expected['distinct']} is shared: {names}"
