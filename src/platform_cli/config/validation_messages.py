"""What pydantic finds, in words for a person: what is wrong, where, and what would be right."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from platform_cli.suggest import near

Place = tuple[str | int, ...]

KINDS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "model": "a mapping (key: value)",
    "dict": "a mapping (key: value)",
    "list": "a list",
    "tuple": "a list",
}
BOUNDS = {
    "greater_than_equal": "at least {ge:g}",
    "greater_than": "more than {gt:g}",
    "less_than_equal": "at most {le:g}",
    "less_than": "less than {lt:g}",
    "string_too_short": "at least {min_length} characters long",
    "string_too_long": "at most {max_length} characters long",
    "too_long": "at most {max_length} entries long",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that does not fit; `on_key` points at the key and not at its value."""

    place: Place
    message: str
    hint: str = ""
    on_key: bool = False
    wants_text: bool = False
    """The value was read as a number or the like, where text is due."""


def complaints(
    errors: Iterable[Mapping[str, Any]], model: type[BaseModel], prefix: Place = ()
) -> Iterator[Complaint]:
    """Every error of a validation, those of a provider's settings among them."""
    for error in errors:
        context = error.get("ctx", {})
        if error["type"] == "settings":
            below = (*prefix, *error["loc"], "settings")
            yield from complaints(context["errors"], context["model"], below)
        else:
            yield _complaint(error, context, model, prefix)


def _complaint(
    error: Mapping[str, Any], context: Mapping[str, Any], model: type[BaseModel], prefix: Place
) -> Complaint:
    place: Place = (*prefix, *error["loc"])
    kind, name = error["type"], str(error["loc"][-1]) if error["loc"] else "this"
    if name == "[key]":
        return Complaint(place[:-1], *_key_complaint(error, context), on_key=True)
    match kind:
        case "missing":
            return Complaint(place[:-1], f"{name!r} is missing", _about(model, error["loc"]))
        case "extra_forbidden":
            known = _keys(model, error["loc"][:-1])
            return Complaint(place, f"unknown key {name!r}", near(name, known), on_key=True)
        case "unknown":
            message = f"unknown {context['what']} {context['name']}"
            return Complaint(place, message, near(str(error["input"]), context["known"]))
        case "enum" | "literal_error":
            what = f"{name} cannot be {_shown(error['input'])}"
            return Complaint(place, what, near(str(error["input"]), _choices(context)))
        case "wrong":
            field = (context["field"],) if context.get("field") else ()
            return Complaint((*place, *field), context["message"], context.get("hint", ""))
        case "string_pattern_mismatch":
            what = f"{_shown(error['input'])} is no {name.replace('_', ' ')}"
            return Complaint(place, what, _about(model, error["loc"]))
        case "string_too_short" if context["min_length"] == 1:
            return Complaint(place, f"{name} must not be empty")
        case _ if kind in BOUNDS:
            return Complaint(place, f"{name} must be {BOUNDS[kind].format(**context)}")
        case _ if kind.split("_")[0] in KINDS:
            due = KINDS[kind.split("_")[0]]
            return Complaint(place, f"{name} must be {due}", wants_text=kind == "string_type")
        case _:
            return Complaint(place, f"{name}: {error['msg'].removeprefix('Value error, ')}")


def _shown(value: object) -> str:
    """A value in a message: scalars only, since a secret may stand deeper down."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return repr(value) if len(repr(value)) <= 80 else f"{repr(value)[:77]}..."


def _key_complaint(error: Mapping[str, Any], context: Mapping[str, Any]) -> tuple[str, str]:
    key = error["input"]
    if error["type"] == "enum":
        return f"unknown key {key!r}", near(str(key), _choices(context))
    return f"{key!r} cannot be a key here", ""


def _choices(context: Mapping[str, Any]) -> list[str]:
    """What pydantic expects, from its words: "'dev', 'staging' or 'prod'"."""
    return re.findall(r"[\w-]+", str(context["expected"]).replace(" or ", " "))


def _about(model: type[BaseModel], place: Sequence[str | int]) -> str:
    """What the field's own description says."""
    parent = _model_at(model, place[:-1])
    field = parent.model_fields.get(str(place[-1])) if parent and place else None
    return (field.description or "").split("\n")[0] if field else ""


def _keys(model: type[BaseModel], place: Sequence[str | int]) -> list[str]:
    parent = _model_at(model, place)
    return list(parent.model_fields) if parent else []


def _model_at(model: type[BaseModel], place: Sequence[str | int]) -> type[BaseModel] | None:
    """The model that a path of fields leads to."""
    current: type[BaseModel] | None = model
    for step in place:
        field = current.model_fields.get(str(step)) if current else None
        current = _model_in(field.annotation) if field else None
    return current


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in `Model`, `Model | None`, `list[Model]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {Union, UnionType, list, tuple}:
        return next(filter(None, map(_model_in, get_args(annotation))), None)
    return None
