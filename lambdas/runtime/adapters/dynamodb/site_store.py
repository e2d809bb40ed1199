"""The SITE row of the site table. Every write but `add_changes` is conditional."""

from collections.abc import Mapping
from dataclasses import fields
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
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.ports import ChangeBump

KEY: Final = {
    contract.SITE_KEY: {"S": contract.SITE_ROW},
    contract.SITE_SORT: {"S": contract.SITE_ROW},
}
_DEFAULTS: Final = {field.name: field.default for field in fields(SiteState)}


class DynamoSite:
    """The port `SiteStore`."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def read(self) -> SiteState:
        with translate_errors("site"):
            answer = self._dynamodb.get_item(TableName=self._table, Key=KEY, ConsistentRead=True)
        return SiteState.from_row(to_plain(from_item(answer.get("Item", {}))))

    def add_changes(self, bump: ChangeBump) -> SiteState:
        increment = "if_not_exists(#changed, :zero) + :count"
        sets = {
            "changed": increment,
            "window_count": "if_not_exists(#window_count, :zero) + :count",
            "last_changed_at": ":now",
            "first_wanted_at": "if_not_exists(#first_wanted_at, :now)",
            "window_start": "if_not_exists(#window_start, :now)",
        }
        values: dict[str, object] = {":zero": 0, ":count": bump.changes, ":now": bump.now}
        remove = ""
        if bump.cause is not None:
            sets |= {"asked": increment, "asked_cause": ":cause"}
            values[":cause"] = bump.cause
            remove = " REMOVE retry_at"
        sets |= {"forced": increment} if bump.force else {}
        sets |= {"shrink_allowed": increment} if bump.allow_shrink else {}
        if bump.passed_over is not None:
            sets["passed_over"] = ":passed_over"
            values[":passed_over"] = dict(bump.passed_over)
        with translate_errors("site"):
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=KEY,
                UpdateExpression="SET "
                + ", ".join(f"#{name} = {value}" for name, value in sets.items())
                + remove,
                ExpressionAttributeNames={f"#{name}": name for name in sets},
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
            )
        return SiteState.from_row(to_plain(from_item(answer["Attributes"])))

    def compare_and_set(self, expected: Mapping[str, object], values: Mapping[str, object]) -> bool:
        names = {f"#{name}": name for name in (*expected, *values)}
        conditions, bound = [], {}
        for name, value in expected.items():
            if value is None:
                conditions.append(f"attribute_not_exists(#{name})")
                continue
            bound[f":was_{name}"] = to_value(value)
            # A field with its default may be absent: a new row has none.
            same = f"#{name} = :was_{name}"
            absent = f"attribute_not_exists(#{name}) OR " if value == _DEFAULTS[name] else ""
            conditions.append(f"({absent}{same})")
        sets = [name for name, value in values.items() if value is not None]
        removes = [name for name, value in values.items() if value is None]
        bound |= {f":new_{name}": to_value(values[name]) for name in sets}
        clauses = [
            "SET " + ", ".join(f"#{name} = :new_{name}" for name in sets) if sets else "",
            "REMOVE " + ", ".join(f"#{name}" for name in removes) if removes else "",
        ]
        update: dict[str, Any] = {
            "TableName": self._table,
            "Key": KEY,
            "UpdateExpression": " ".join(filter(None, clauses)),
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": names,
        }
        if bound:
            update["ExpressionAttributeValues"] = bound
        return write_conditionally("site", lambda: self._dynamodb.update_item(**update))
