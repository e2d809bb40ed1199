"""What all adapters of a store share: values to and from a table, faults as ours, conditions."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from lambdas.runtime.aws import FAULTS, code
from platform_core.errors import StoreUnavailable

Item = dict[str, Any]
"""A row as DynamoDB's own protocol has it."""

_write = TypeSerializer().serialize
_read = TypeDeserializer().deserialize


def to_value(value: Any) -> Any:
    """A value in DynamoDB's protocol; a float by its shortest decimal."""
    return _write(_decimals(value))


def to_item(row: Mapping[str, Any]) -> Item:
    """A row in DynamoDB's protocol; what is None is left out."""
    return {name: to_value(value) for name, value in row.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """The row, its numbers `Decimal`."""
    return {name: _read(value) for name, value in item.items()}


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with whole numbers and floats in place of `Decimal`."""
    return {name: _number(value) for name, value in row.items()}


@contextmanager
def available(store: str) -> Iterator[None]:
    """Whatever AWS answers but success is a store that cannot be had just now."""
    try:
        yield
    except FAULTS as error:
        raise StoreUnavailable(f"{store}: {code(error) or type(error).__name__}") from None


def conditionally(store: str, write: Callable[[], Any]) -> bool:
    """Make a conditional write; False where its condition does not hold."""
    with available(store):
        try:
            write()
        except FAULTS as error:
            if code(error) == "ConditionalCheckFailedException":
                return False
            raise
    return True


def _decimals(value: Any) -> Any:
    match value:
        case bool():
            return value
        case float():
            return Decimal(repr(value))
        case Mapping():
            return {name: _decimals(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_decimals(inner) for inner in value]
        case _:
            return value


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
