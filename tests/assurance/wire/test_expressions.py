"""The fake table refuses invalid requests as AWS does, and unsupported ones as well."""

import pytest

from tests.assurance.wire.expressions import Expressions, Item, Unknown
from tests.assurance.wire.tables import Denied, Gsi, Key, Table
from tests.fakes.pipeline import Clock

ROW: Item = {"id": {"S": "a"}, "count": {"N": "3"}, "status": {"S": "pending"}}
NAMES = {"#count": "count", "#status": "status", "#gone": "gone"}
VALUES = {":two": {"N": "2"}, ":text": {"S": "pending"}}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("#count > :two", True),
        ("#count < :two", False),
        ("#gone < :two", False),
        ("#status = :text AND attribute_exists(#count)", True),
        ("attribute_not_exists(#count) OR #status = :text", True),
        ("(attribute_not_exists(#count) OR #count < :two) AND #status = :text", False),
        ("count > :text", False),
    ],
)
def test_conditions(condition: str, holds: bool) -> None:
    assert Expressions(NAMES, VALUES).holds(condition, ROW) is holds


def test_an_update_sees_the_row_before_it() -> None:
    update = "SET #count = if_not_exists(#count, :two) + :two, #gone = :text REMOVE #status, id"
    assert Expressions(NAMES, VALUES).updated(update, ROW) == {
        "count": {"N": "5"},
        "gone": {"S": "pending"},
    }


@pytest.mark.parametrize(
    "condition", ["begins_with(#status, :text)", "#count <> :two", "NOT #gone"]
)
def test_unsupported_expressions_are_refused(condition: str) -> None:
    with pytest.raises((Unknown, LookupError)):
        Expressions(NAMES, VALUES).holds(condition, ROW)


def a_table() -> Table:
    def listen(key: Key, item: Item | None) -> None:
        del key, item

    table = Table(("id",), Clock(), listen)
    table.indexes = {"ByStatus": Gsi("status", "count", table.clock, lambda: 10.0)}
    for number in range(7):
        row = {"id": {"S": f"{number}"}, "count": {"N": f"{number}"}, "status": {"S": "pending"}}
        table.asked("PutItem", {"Item": row})
    return table


def test_pages_continue_even_after_a_deleted_row() -> None:
    table = a_table()
    first = table.asked("Scan", {"ConsistentRead": True})
    assert len(first["Items"]) == 3
    table.asked("DeleteItem", {"Key": {"id": {"S": "2"}}})
    after = first["LastEvaluatedKey"]
    second = table.asked("Scan", {"ConsistentRead": True, "ExclusiveStartKey": after})
    assert [item["id"]["S"] for item in second["Items"]] == ["3", "4", "5"]


def test_an_index_lags_behind_its_table() -> None:
    table = a_table()

    def listed() -> int:
        asked = {
            "IndexName": "ByStatus",
            "KeyConditionExpression": "#status = :text",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":text": {"S": "pending"}},
        }
        return len(table.asked("Query", asked)["Items"])

    assert listed() == 0
    table.clock.sleep(11)
    assert listed() == 3


def test_requests_that_aws_refuses_are_refused() -> None:
    table = a_table()
    unused = {"ExpressionAttributeNames": {"#count": "count"}}
    with pytest.raises(Denied, match="ValidationException"):
        table.asked("PutItem", {"Item": ROW, **unused})
    with pytest.raises(Denied, match="ConditionalCheckFailed"):
        table.asked(
            "PutItem",
            {"Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"},
        )
    with pytest.raises(Unknown, match="not consistent"):
        table.asked("GetItem", {"Key": {"id": {"S": "1"}}})
    with pytest.raises(Denied, match="ValidationException"):
        table.asked("PutItem", {"Item": {**ROW, "body": {"S": "x" * 420_000}}})
