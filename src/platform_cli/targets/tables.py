"""Read the tables of a deployed client. Queries follow all pages; this module never writes."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from platform_cli.targets.target import Target

Row = dict[str, Any]


def get_row(target: Target, table: str, **key: str) -> Row | None:
    """Return one row, read consistently."""
    response = target.client("dynamodb").get_item(
        TableName=table,
        Key={name: {"S": value} for name, value in key.items()},
        ConsistentRead=True,
    )
    return _parse_row(response["Item"]) if "Item" in response else None


def has_table(target: Target, table: str) -> bool:
    """Return whether a table exists."""
    dynamodb = target.client("dynamodb")
    try:
        dynamodb.describe_table(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        return False
    return True


def scan_rows(target: Target, table: str) -> Iterator[Row]:
    """Yield every row of a table, read consistently."""
    pages = target.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            yield _parse_row(item)


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
        request["ExpressionAttributeValues"] |= {
            ":low": _encode_number(low),
            ":high": _encode_number(high),
        }
    if index is not None:
        request["IndexName"] = index
    pages = target.client("dynamodb").get_paginator("query")
    for page in pages.paginate(**request):
        for item in page["Items"]:
            yield _parse_row(item)


def _encode_number(number: float) -> dict[str, str]:
    return {"N": f"{number:.6f}"}


def _parse_row(item: Mapping[str, Any]) -> Row:
    from boto3.dynamodb.types import TypeDeserializer

    deserialize = TypeDeserializer().deserialize
    return {name: _decode_number(deserialize(value)) for name, value in item.items()}


def _decode_number(value: Any) -> Any:
    """Convert whole numbers to `int` at any depth. DynamoDB returns every number as a decimal."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {key: _decode_number(inner) for key, inner in value.items()}
        case list():
            return [_decode_number(inner) for inner in value]
        case _:
            return value
