"""The store of rules at the edge, in the store of the pointer."""

from typing import Any
from uuid import uuid4

import boto3
import pytest

from lambdas.runtime.adapters.pointer import (
    EdgeEntries,
    EdgePointer,
    make_key_value_store_client,
)


@pytest.mark.emulator
def test_rules_are_written_in_batches_and_deleted_by_prefix(aws: None) -> None:
    cloudfront: Any = boto3.client("cloudfront")
    arn = cloudfront.create_key_value_store(Name=f"kvs-{uuid4().hex[:12]}")["KeyValueStore"]["ARN"]
    client = make_key_value_store_client()
    pointer, rules = EdgePointer(client, arn), EdgeEntries(client, arn)
    assert pointer.move_if_unchanged("r1", pointer.version())

    many = {f"aaaa/old/{number}": f"301 /new/{number}" for number in range(120)}
    rules.put({**many, "rules:r1": "aaaa.0.0"})
    rules.put({"bbbb/caf%C3%A9": "301 /t%C3%A9/", "rules:r2": "bbbb.0.0"})
    rules.put({"preview:1": "9 f1", "preview:2": "9 f2"})
    rules.keep_only({"bbbb", "rules:r2"})
    rules.delete(["preview:1", "preview:none"])

    items = client.list_keys(KvsARN=arn)["Items"]
    assert {item["Key"]: item["Value"] for item in items} == {
        "live": "r1",
        "preview:2": "9 f2",
        "bbbb/caf%C3%A9": "301 /t%C3%A9/",
        "rules:r2": "bbbb.0.0",
    }


class BusyStore:
    """The client of a store whose pointer another writer moves before the second batch."""

    def __init__(self, client: Any, pointer: EdgePointer) -> None:
        self.client = client
        self.pointer = pointer
        self.calls: list[str] = []

    def describe_key_value_store(self, **arguments: Any) -> Any:
        self.calls.append("describe")
        return self.client.describe_key_value_store(**arguments)

    def update_keys(self, **arguments: Any) -> Any:
        self.calls.append("update")
        if self.calls.count("update") == 2:
            assert self.pointer.move_if_unchanged("r2", self.pointer.version())
        return self.client.update_keys(**arguments)


@pytest.mark.emulator
def test_a_move_of_the_pointer_between_two_batches_loses_neither(aws: None) -> None:
    cloudfront: Any = boto3.client("cloudfront")
    arn = cloudfront.create_key_value_store(Name=f"kvs-{uuid4().hex[:12]}")["KeyValueStore"]["ARN"]
    client = make_key_value_store_client()
    busy = BusyStore(client, EdgePointer(client, arn))
    EdgeEntries(busy, arn).put({f"aaaa/{number}": "301 /new" for number in range(120)})
    assert busy.calls == ["describe", "update", "update", "describe", "update", "update"]
    assert client.get_key(KvsARN=arn, Key="live")["Value"] == "r2"
    assert client.describe_key_value_store(KvsARN=arn)["ItemCount"] == 121
