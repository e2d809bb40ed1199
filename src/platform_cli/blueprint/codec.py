"""Write a blueprint as JSON and read it back.

A deploy synthesizes in a separate process, which receives only this text. It therefore deploys the
planned blueprint, even if the client's file has changed since.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from platform_cli.blueprint.model import Blueprint
from platform_cli.errors import PlatformError


def to_json(blueprint: Blueprint) -> str:
    """Write a blueprint as one JSON object, each part tagged with its `kind`."""
    # The standard library writes a number as it is. Pydantic writes 3 as 3.0 where the type is
    # float, and the template would change with it.
    return json.dumps(asdict(blueprint))


def from_json(text: str) -> Blueprint:
    """Read a blueprint. Raises `PlatformError` for an unknown, missing or mistyped key."""
    try:
        blueprint = _adapter().validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        raise _malformed_error(first["loc"], first["msg"]) from None
    # Pydantic ignores an unknown key and fills in a missing one that has a default. Both mean that
    # writer and reader are of different versions, so the text must be exactly this version's.
    for path, problem in _differences(json.loads(text), json.loads(to_json(blueprint)), ()):
        raise _malformed_error(path, problem)
    return blueprint


@cache
def _adapter() -> TypeAdapter[Blueprint]:
    return TypeAdapter(Blueprint)


Path = tuple[int | str, ...]


def _differences(actual: Any, expected: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the path of each key that only one of two JSON values has."""
    match actual, expected:
        case dict(), dict():
            yield from (((*path, key), "unknown key") for key in actual.keys() - expected)
            yield from (((*path, key), "missing key") for key in expected.keys() - actual)
            for key in actual.keys() & expected:
                yield from _differences(actual[key], expected[key], (*path, key))
        case list(), list():
            for index, (actual_item, expected_item) in enumerate(
                zip(actual, expected, strict=True)
            ):
                yield from _differences(actual_item, expected_item, (*path, index))
        case _ if actual != expected:
            yield path, f"read as {expected!r}"


def _malformed_error(path: Path, problem: str) -> PlatformError:
    place = ".".join(map(str, path)) or "the whole"
    return PlatformError(f"malformed blueprint: {place}: {problem}")
