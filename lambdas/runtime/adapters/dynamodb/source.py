"""The SOURCE row of the site table."""

from typing import Any, Final

from lambdas.runtime.adapters.dynamodb.items import (
    from_item,
    to_item,
    to_plain,
    to_value,
    translate_errors,
    write_conditionally,
)
from platform_core import contract
from platform_core.pipeline.source.state import SourceState

_KEY: Final = {contract.SITE_KEY: contract.SOURCE_ROW, contract.SITE_SORT: contract.SOURCE_ROW}


class DynamoSource:
    """The port `SourceStore`."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def read(self) -> SourceState:
        with translate_errors("source"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=to_item(_KEY), ConsistentRead=True
            )
        return SourceState.from_row(to_plain(from_item(answer.get("Item", {}))))

    def replace(self, state: SourceState) -> bool:
        before = state.revision - 1
        condition = "#revision = :before" if before else "attribute_not_exists(#revision)"
        values = {"ExpressionAttributeValues": {":before": to_value(before)}} if before else {}
        return write_conditionally(
            "source",
            lambda: self._dynamodb.put_item(
                TableName=self._table,
                Item=to_item({**_KEY, **state.to_row()}),
                ConditionExpression=condition,
                ExpressionAttributeNames={"#revision": "revision"},
                **values,
            ),
        )
