"""Convert pydantic errors to readable messages with a position and a hint."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from platform_cli.suggest import did_you_mean

FieldPath = tuple[str | int, ...]

TYPE_NAMES = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "model": "a mapping (key: value)",
    "dict": "a mapping (key: value)",
    "list": "a list",
    "tuple": "a list",
}
LIMITS = {
    "greater_than_equal": "at least {ge:g}",
    "greater_than": "more than {gt:g}",
    "less_than_equal": "at most {le:g}",
    "less_than": "less than {lt:g}",
    "string_too_short": "at least {min_length} characters long",
    "string_too_long": "at most {max_length} characters long",
    "too_long": "at most {max_length} entries long",
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """An invalid field. `on_key` points at the key instead of its value."""

    path: FieldPath
    message: str
    hint: str = ""
    on_key: bool = False
    expects_text: bool = False
    """Text is expected, but the value was read as another type, such as a number."""


def describe_errors(
    errors: Iterable[Mapping[str, Any]], model: type[BaseModel], prefix: FieldPath = ()
) -> Iterator[FieldError]:
    """Yield every validation error, including those of provider settings."""
    for error in errors:
        context = error.get("ctx", {})
        if error["type"] == "settings":
            path = (*prefix, *error["loc"], "settings")
            yield from describe_errors(context["errors"], context["model"], path)
        else:
            yield _describe_error(error, context, model, prefix)


def _describe_error(
    error: Mapping[str, Any], context: Mapping[str, Any], model: type[BaseModel], prefix: FieldPath
) -> FieldError:
    path: FieldPath = (*prefix, *error["loc"])
    kind, name = error["type"], str(error["loc"][-1]) if error["loc"] else "this"
    description = _field_description(model, error["loc"])
    if name == "[key]":
        return FieldError(path[:-1], *_describe_key_error(error, context), on_key=True)
    match kind:
        case "missing":
            return FieldError(path[:-1], f"{name!r} is missing", description)
        case "extra_forbidden":
            known = _field_names(model, error["loc"][:-1])
            return FieldError(path, f"unknown key {name!r}", did_you_mean(name, known), on_key=True)
        case "unknown":
            message = f"unknown {context['kind']} {context['name']}"
            return FieldError(path, message, did_you_mean(str(error["input"]), context["known"]))
        case "enum" | "literal_error":
            message = f"{name} cannot be {_format_value(error['input'])}"
            return FieldError(
                path, message, did_you_mean(str(error["input"]), _expected_values(context))
            )
        case "wrong":
            field = (context["field"],) if context.get("field") else ()
            return FieldError((*path, *field), context["message"], context.get("hint", ""))
        case "string_pattern_mismatch":
            message = f"{_format_value(error['input'])} is not a valid {name.replace('_', ' ')}"
            return FieldError(path, message, description)
        case "value_error":
            return FieldError(path, str(context["error"]), description)
        case "string_too_short" if context["min_length"] == 1:
            return FieldError(path, f"{name} must not be empty")
        case _ if kind in LIMITS:
            return FieldError(path, f"{name} must be {LIMITS[kind].format(**context)}")
        case _ if kind.split("_")[0] in TYPE_NAMES:
            expected = TYPE_NAMES[kind.split("_")[0]]
            is_text = kind == "string_type"
            return FieldError(path, f"{name} must be {expected}", expects_text=is_text)
        case _:
            return FieldError(path, f"{name}: {error['msg']}")


def _format_value(value: object) -> str:
    """Format a value for a message. Mappings and lists are not shown: they may contain secrets."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return repr(value) if len(repr(value)) <= 80 else f"{repr(value)[:77]}..."


def _describe_key_error(error: Mapping[str, Any], context: Mapping[str, Any]) -> tuple[str, str]:
    key = error["input"]
    if error["type"] == "enum":
        return f"unknown key {key!r}", did_you_mean(str(key), _expected_values(context))
    if error["type"] == "wrong":
        return context["message"], context.get("hint", "")
    if error["type"] == "value_error":
        return str(context["error"]), ""
    return f"{key!r} is not a valid key here", ""


def _expected_values(context: Mapping[str, Any]) -> list[str]:
    """Extract the expected values from a pydantic message: "'dev', 'staging' or 'prod'"."""
    return re.findall(r"[\w-]+", str(context["expected"]).replace(" or ", " "))


def _field_description(model: type[BaseModel], path: Sequence[str | int]) -> str:
    """Return the first line of the description of a field."""
    parent = _find_model(model, path[:-1])
    field = parent.model_fields.get(str(path[-1])) if parent and path else None
    return (field.description or "").split("\n")[0] if field else ""


def _field_names(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    parent = _find_model(model, path)
    return list(parent.model_fields) if parent else []


def _find_model(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel] | None:
    """Return the model at a path of fields."""
    current: type[BaseModel] | None = model
    for step in path:
        field = current.model_fields.get(str(step)) if current else None
        current = _unwrap_model(field.annotation) if field else None
    return current


def _unwrap_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model class in `Model`, `Model | None` or `list[Model]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {Union, UnionType, list, tuple}:
        return next(filter(None, map(_unwrap_model, get_args(annotation))), None)
    return None
