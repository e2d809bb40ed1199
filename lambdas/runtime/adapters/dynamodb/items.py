"""Helpers of all store adapters: values in DynamoDB's protocol, errors, conditional writes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from platform_core.errors import StoreUnavailable

Item = dict[str, Any]
"""A row in DynamoDB's protocol: `{"name": {"S": "text"}}`."""

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def to_value(value: Any) -> Any:
    """Return a value in DynamoDB's protocol. A float becomes its shortest decimal."""
    return _serialize(_with_decimals(value))


def to_item(row: Mapping[str, Any]) -> Item:
    """Return a row in DynamoDB's protocol, without the fields that are None."""
    return {name: to_value(value) for name, value in row.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of an item, with `Decimal` numbers."""
    return {name: _deserialize(value) for name, value in item.items()}


def to_plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with `int` and `float` in place of `Decimal`, in its maps too."""
    return {name: _to_plain_value(value) for name, value in row.items()}


@contextmanager
def translate_errors(store: str) -> Iterator[None]:
    """Raise every error of AWS as `StoreUnavailable`."""
    try:
        yield
    except AWS_ERRORS as error:
        name = error_code(error) or type(error).__name__
        raise StoreUnavailable(f"{store}: {name}") from None


def write_conditionally(store: str, write: Callable[[], Any]) -> bool:
    """Make a conditional write. Returns False if its condition does not hold."""
    with translate_errors(store):
        try:
            write()
        except AWS_ERRORS as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
    return True


def _with_decimals(value: Any) -> Any:
    """Replace floats, which boto3 refuses. `bool` comes first, since it is a subclass of `int`."""
    match value:
        case bool():
            return value
        case float():
            return Decimal(repr(value))
        case Mapping():
            return {name: _with_decimals(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_with_decimals(inner) for inner in value]
        case _:
            return value


def _to_plain_value(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return to_plain(value)
        case _:
            return value
