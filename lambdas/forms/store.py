"""The table of entries and counters."""

from typing import Any

from lambdas.runtime.adapters.dynamodb.items import (
    Item,
    from_item,
    to_item,
    to_plain,
    translate_errors,
    write_conditionally,
)
from platform_core import contract
from platform_core.forms.entries import WAITING, EntryKey, FormEntry
from platform_core.forms.limits import EntryCount

STORE = "forms"
PAGE = 100
"""Entries that one sweep reads. The next one reads the others."""


class DynamoEntries:
    """The ports `StoredEntries` and `EntryCounters`."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def add(self, entry: FormEntry) -> bool:
        return write_conditionally(
            STORE,
            lambda: self._dynamodb.put_item(
                TableName=self._table,
                Item=to_item(entry.to_row()),
                ConditionExpression="attribute_not_exists(#key)",
                ExpressionAttributeNames={"#key": contract.FORMS_KEY},
            ),
        )

    def read(self, key: EntryKey) -> FormEntry | None:
        with translate_errors(STORE):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=to_item(key.to_row()), ConsistentRead=True
            )
        if "Item" not in answer:
            return None
        return FormEntry.from_row(to_plain(from_item(answer["Item"])))

    def list_due(self, now: float) -> list[EntryKey]:
        with translate_errors(STORE):
            answer = self._dynamodb.query(
                TableName=self._table,
                IndexName=contract.MAIL_INDEX,
                KeyConditionExpression="#pending = :waiting AND #mail_at <= :now",
                ExpressionAttributeNames={
                    "#pending": contract.PENDING,
                    "#mail_at": contract.MAIL_AT,
                },
                ExpressionAttributeValues=to_item({":waiting": WAITING, ":now": now}),
                Limit=PAGE,
            )
        rows = map(from_item, answer["Items"])
        return [EntryKey(row[contract.FORMS_KEY], row[contract.FORMS_SORT]) for row in rows]

    def claim(self, entry: FormEntry, until: float) -> FormEntry | None:
        is_claimed = self._update(
            entry,
            "SET #mail_at = :until ADD #attempts :one",
            {":until": until, ":one": 1},
            "#mail_at = :seen",
            {":seen": entry.mail_at},
        )
        return self.read(entry.key) if is_claimed else None

    def note_sent(self, entry: FormEntry) -> None:
        self._update(entry, "REMOVE #mail_at, #pending, #reason", {}, "attribute_exists(#key)", {})

    def note_failure(self, entry: FormEntry, reason: str, retry_at: float) -> None:
        self._update(
            entry,
            "SET #mail_at = :retry, #reason = :reason",
            {":retry": retry_at, ":reason": reason},
            "#mail_at = :claimed",
            {":claimed": entry.mail_at},
        )

    def add_count(self, key: str, number: int, salt: str, expires_at: int) -> EntryCount:
        with translate_errors(STORE):
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=to_item({contract.FORMS_KEY: contract.FORMS_LIMITS, contract.FORMS_SORT: key}),
                UpdateExpression=(
                    "ADD #count :number SET #salt = if_not_exists(#salt, :salt), #ends = :ends"
                ),
                ExpressionAttributeNames={
                    "#count": "count",
                    "#salt": "salt",
                    "#ends": contract.EXPIRES_AT,
                },
                ExpressionAttributeValues=to_item(
                    {":number": number, ":salt": salt, ":ends": expires_at}
                ),
                ReturnValues="ALL_NEW",
            )
        row = to_plain(from_item(answer["Attributes"]))
        return EntryCount(row["count"], row["salt"])

    def _update(
        self,
        entry: FormEntry,
        expression: str,
        values: dict[str, object],
        condition: str,
        expected: dict[str, object],
    ) -> bool:
        """Change a row if the condition holds. An entry that was erased stays away."""
        names = {
            "#key": contract.FORMS_KEY,
            "#mail_at": contract.MAIL_AT,
            "#pending": contract.PENDING,
            "#attempts": "attempts",
            "#reason": "reason",
        }
        text = f"{expression} {condition}"
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": to_item(entry.key.to_row()),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {n: name for n, name in names.items() if n in text},
        }
        bound: Item = to_item(values | expected)
        if bound:
            request["ExpressionAttributeValues"] = bound
        return write_conditionally(STORE, lambda: self._dynamodb.update_item(**request))
