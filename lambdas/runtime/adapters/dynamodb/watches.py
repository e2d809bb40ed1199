"""WATCH rows of the site table: the last check of each vendor's listing."""

from typing import Any

from lambdas.runtime.adapters.dynamodb.items import (
    from_item,
    to_item,
    to_plain,
    to_value,
    translate_errors,
    write_conditionally,
)
from platform_core import contract
from platform_core.pipeline.records import Watch


class DynamoWatches:
    """The port `Watches`."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def read(self, provider: str) -> Watch | None:
        with translate_errors("watches"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=_key(provider), ConsistentRead=True
            )
        if "Item" not in answer:
            return None
        return Watch.from_row(to_plain(from_item(answer["Item"])))

    def replace(self, provider: str, seen: Watch | None, now: Watch) -> bool:
        row = now.to_row()
        values = to_item({f":{name}": value for name, value in row.items()})
        condition = "attribute_not_exists(#next_at)"
        if seen is not None:
            condition = "#next_at = :was"
            values[":was"] = to_value(seen.next_at)
        return write_conditionally(
            "watches",
            lambda: self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(provider),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in row),
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in row},
                ExpressionAttributeValues=values,
            ),
        )


def _key(provider: str) -> dict[str, Any]:
    return to_item({contract.SITE_KEY: contract.WATCH_ROW, contract.SITE_SORT: provider})
