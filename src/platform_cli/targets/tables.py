"""Reads the tables of a deployed client; every read is paginated, none writes."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from platform_cli.targets.target import Target

Row = dict[str, Any]


def get_row(target: Target, table: str, **key: str) -> Row | None:
    """One row, read consistently."""
    found = target.client("dynamodb").get_item(
        TableName=table,
        Key={name: {"S": value} for name, value in key.items()},
        ConsistentRead=True,
    )
    return _plain(found["Item"]) if "Item" in found else None


def query_rows(
    target: Target,
    table: str,
    key: Mapping[str, str],
    *,
    index: str | None = None,
    sort_key_range: tuple[str, float, float] | None = None,
    newest_first: bool = False,
) -> Iterator[Row]:
    """Yield the rows with this partition (and sort) key, in the order of the sort key.

    `sort_key_range` is the name of a numeric sort key and its inclusive bounds. Pages are requested
    as they are consumed, so that `islice` limits the number of reads.
    """
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": " AND ".join(f"#{n} = :{n}" for n, _ in enumerate(key)),
        "ExpressionAttributeNames": {f"#{n}": name for n, name in enumerate(key)},
        "ExpressionAttributeValues": {
            f":{n}": {"S": value} for n, value in enumerate(key.values())
        },
        "ScanIndexForward": not newest_first,
    }
    if sort_key_range is not None:
        sort, low, high = sort_key_range
        request["KeyConditionExpression"] += " AND #sort BETWEEN :low AND :high"
        request["ExpressionAttributeNames"]["#sort"] = sort
        request["ExpressionAttributeValues"] |= {":low": _amount(low), ":high": _amount(high)}
    if index is not None:
        request["IndexName"] = index
    pages = target.client("dynamodb").get_paginator("query")
    for page in pages.paginate(**request):
        for item in page["Items"]:
            yield _plain(item)


def _amount(number: float) -> dict[str, str]:
    return {"N": f"{number:.6f}"}


def _plain(item: Mapping[str, Any]) -> Row:
    from boto3.dynamodb.types import TypeDeserializer

    read = TypeDeserializer().deserialize
    return {name: _number(read(value)) for name, value in item.items()}


def _number(value: Any) -> Any:
    """Whole numbers as `int`: what a table counts is never a fraction."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {key: _number(inner) for key, inner in value.items()}
        case list():
            return [_number(inner) for inner in value]
        case _:
            return value
