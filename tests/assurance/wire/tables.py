"""A table with DynamoDB's behaviour: conditions, pages, indexes with a delay, and TTL."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.assurance.wire.expressions import Expressions, Item, Unknown, number
from tests.fakes.pipeline import Clock
from tests.fakes.pipeline.index import never_behind

LARGEST_ITEM = 400 * 1024
Key = tuple[str, ...]


class Denied(Exception):
    """An error response: its name and its HTTP status."""

    def __init__(self, name: str, status: int = 400) -> None:
        super().__init__(name)
        self.name, self.status = name, status


@dataclass
class Gsi:
    """An index with all attributes. Each change of a row arrives after a delay."""

    hash: str
    range: str
    clock: Clock
    lag: Callable[[], float] = never_behind
    rows: dict[Key, Item] = field(default_factory=dict)
    coming: list[tuple[float, Key, Item | None]] = field(default_factory=list)

    def tell(self, key: Key, item: Item | None) -> None:
        known = [at for at, one, _ in self.coming if one == key]
        self.coming.append((max([self.clock() + self.lag(), *known]), key, item))

    def seen(self) -> dict[Key, Item]:
        for at, key, item in self.coming:
            if at <= self.clock():
                self.rows.pop(key, None)
                if item is not None and self.hash in item and self.range in item:
                    self.rows[key] = item
        self.coming = [one for one in self.coming if one[0] > self.clock()]
        return self.rows


Listener = Callable[[Key, Item | None], None]


class Table:
    """`listen` receives each changed row, and None for a deleted one."""

    def __init__(
        self, keys: tuple[str, ...], clock: Clock, listen: Listener, *, page: int = 3
    ) -> None:
        self.keys = keys
        self.clock = clock
        self.listen = listen
        self.page = page
        """Largest number of rows in a response. It stands for DynamoDB's 1 MB."""
        self.rows: dict[Key, Item] = {}
        self.indexes: dict[str, Gsi] = {}

    def asked(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        """Run one request by name."""
        answers = {
            "GetItem": self._get, "PutItem": self._put, "UpdateItem": self._update,
            "DeleteItem": self._delete, "Query": self._query, "Scan": self._scan,
        }  # fmt: skip
        if operation not in answers:
            raise Unknown(operation)
        all_of = Expressions(
            given.pop("ExpressionAttributeNames", {}), given.pop("ExpressionAttributeValues", {})
        )
        answer = answers[operation](given, all_of)
        if given:
            raise Unknown(f"{operation}: {sorted(given)}")
        if all_of.leftovers():
            raise Denied("ValidationException")
        return answer

    def expire(self, now: float) -> None:
        """Delete expired rows as TTL does, some days late."""
        for key, item in list(self.rows.items()):
            if "expires_at" in item and number(item["expires_at"]) <= now:
                self._write(key, None)

    def _get(self, given: dict[str, Any], all_of: Expressions) -> dict[str, Any]:
        _consistent(given)
        item = self.rows.get(self._key(given.pop("Key")))
        projection = given.pop("ProjectionExpression", None)
        if projection is not None:
            matches = all_of.projected(projection, item or {})
            item = None if item is None else matches
        return {} if item is None else {"Item": item}

    def _put(self, given: dict[str, Any], all_of: Expressions) -> dict[str, Any]:
        item = given.pop("Item")
        key = self._key({name: item[name] for name in self.keys})
        self._require(given, all_of, key)
        if len(repr(item)) > LARGEST_ITEM:
            raise Denied("ValidationException")
        self._write(key, item)
        return {}

    def _update(self, given: dict[str, Any], all_of: Expressions) -> dict[str, Any]:
        named = given.pop("Key")
        key = self._key(named)
        whole = given.pop("ReturnValues", "NONE") == "ALL_NEW"
        update = given.pop("UpdateExpression")
        item = all_of.updated(update, self.rows.get(key, named))
        self._require(given, all_of, key)
        self._write(key, item)
        return {"Attributes": item} if whole else {}

    def _delete(self, given: dict[str, Any], all_of: Expressions) -> dict[str, Any]:
        del all_of
        key = self._key(given.pop("Key"))
        if key in self.rows:
            self._write(key, None)
        return {}

    def _query(self, given: dict[str, Any], all_of: Expressions) -> dict[str, Any]:
        index = given.pop("IndexName", None)
        if index is None:
            _consistent(given)
        elif given.get("ConsistentRead"):
            raise Denied("ValidationException")
        rows = self.rows if index is None else self.indexes[index].seen()
        order = self.keys[-1] if index is None else self.indexes[index].range
        condition = given.pop("KeyConditionExpression")
        all_of.holds(condition, {})
        matches = [item for item in rows.values() if all_of.holds(condition, item)]
        back = not given.pop("ScanIndexForward", True)
        return self._paged(given, all_of, matches, (order, *self.keys), back)

    def _scan(self, given: dict[str, Any], all_of: Expressions) -> dict[str, Any]:
        _consistent(given)
        return self._paged(given, all_of, list(self.rows.values()), self.keys, back=False)

    def _paged(
        self,
        given: dict[str, Any],
        all_of: Expressions,
        found: list[Item],
        order: tuple[str, ...],
        back: bool,
    ) -> dict[str, Any]:
        """Return one page after the given position, whether or not its row still exists. A filter
        applies to the page and may leave it empty."""

        def place(item: Item) -> list[Any]:
            return [_sortable(item[name]) for name in order]

        rest = sorted(found, key=place, reverse=back)
        if after := given.pop("ExclusiveStartKey", None):
            start = place(after)
            rest = [one for one in rest if (place(one) < start if back else place(one) > start)]
        page = rest[: min(given.pop("Limit", self.page), self.page)]
        condition = given.pop("FilterExpression", None)
        matching = [one for one in page if condition is None or all_of.holds(condition, one)]
        if condition is not None:
            all_of.holds(condition, {})
        answer: dict[str, Any] = {
            "Items": matching,
            "Count": len(matching),
            "ScannedCount": len(page),
        }
        if len(page) < len(rest):
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in order}
        return answer

    def _require(self, given: dict[str, Any], all_of: Expressions, key: Key) -> None:
        condition = given.pop("ConditionExpression", None)
        if condition is not None and not all_of.holds(condition, self.rows.get(key, {})):
            raise Denied("ConditionalCheckFailedException")

    def _write(self, key: Key, item: Item | None) -> None:
        if item is None:
            self.rows.pop(key, None)
        else:
            self.rows[key] = item
        for index in self.indexes.values():
            index.tell(key, item)
        self.listen(key, item)

    def _key(self, named: dict[str, Any]) -> Key:
        if set(named) != set(self.keys) or not all(one.get("S") for one in named.values()):
            raise Denied("ValidationException")
        return tuple(named[name]["S"] for name in self.keys)


def _consistent(given: dict[str, Any]) -> None:
    """Refuse inconsistent reads: every read of our adapters from a table decides something."""
    if not given.pop("ConsistentRead", False):
        raise Unknown("a read of a table that is not consistent")


def _sortable(value: dict[str, Any]) -> Any:
    return number(value) if "N" in value else value["S"]
