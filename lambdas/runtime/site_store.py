"""The SITE row over a table: one write that adds, all others conditional."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from lambdas.runtime.stores import available, conditionally, from_item, plain, to_item, to_value
from platform_core import contract
from platform_core.batching import SiteState
from platform_core.ports import Bump

KEY: Final = {
    contract.SITE_KEY: {"S": contract.SITE_ROW},
    contract.SITE_SORT: {"S": contract.SITE_ROW},
}
_DEFAULTS: Final = {each.name: each.default for each in fields(SiteState)}


class DynamoSite:
    """The port `SiteStore`."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def read(self) -> SiteState:
        with available("site"):
            answer = self._dynamodb.get_item(TableName=self._table, Key=KEY, ConsistentRead=True)
        return SiteState.from_row(plain(from_item(answer.get("Item", {}))))

    def bump(self, bump: Bump) -> SiteState:
        grown = "if_not_exists(#changed, :zero) + :count"
        sets = {
            "changed": grown,
            "window_count": "if_not_exists(#window_count, :zero) + :count",
            "last_changed_at": ":now",
            "first_wanted_at": "if_not_exists(#first_wanted_at, :now)",
            "window_start": "if_not_exists(#window_start, :now)",
        }
        values: dict[str, object] = {":zero": 0, ":count": bump.changes, ":now": bump.now}
        remove = ""
        if bump.cause is not None:
            sets |= {"asked": grown, "asked_cause": ":cause"}
            values[":cause"] = bump.cause
            remove = " REMOVE retry_at"
        sets |= {"forced": grown} if bump.force else {}
        sets |= {"shrink_allowed": grown} if bump.allow_shrink else {}
        with available("site"):
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
        return SiteState.from_row(plain(from_item(answer["Attributes"])))

    def change(self, expected: Mapping[str, object], values: Mapping[str, object]) -> bool:
        names = {f"#{name}": name for name in (*expected, *values)}
        conditions, given = [], {}
        for name, value in expected.items():
            if value is None:
                conditions.append(f"attribute_not_exists(#{name})")
                continue
            given[f":was_{name}"] = to_value(value)
            same = f"#{name} = :was_{name}"
            absent = f"attribute_not_exists(#{name}) OR " if value == _DEFAULTS[name] else ""
            conditions.append(f"({absent}{same})")
        sets = [name for name, value in values.items() if value is not None]
        removes = [name for name, value in values.items() if value is None]
        given |= {f":new_{name}": to_value(values[name]) for name in sets}
        clauses = [
            "SET " + ", ".join(f"#{name} = :new_{name}" for name in sets) if sets else "",
            "REMOVE " + ", ".join(f"#{name}" for name in removes) if removes else "",
        ]
        asked: dict[str, Any] = {
            "TableName": self._table,
            "Key": KEY,
            "UpdateExpression": " ".join(filter(None, clauses)),
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": names,
        }
        if given:
            asked["ExpressionAttributeValues"] = given
        return conditionally("site", lambda: self._dynamodb.update_item(**asked))
