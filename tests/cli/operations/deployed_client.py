"""A deployed client in memory: its tables, its queue and its function.

The function is the real pipeline over the stores of `tests.fakes.pipeline`. The AWS services
between the command line and the function are reduced to the calls that these commands make.
"""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from lambdas.runtime.adapters.dynamodb.items import to_item
from platform_cli.blueprint.model import Names
from platform_cli.local.addresses import SiteAddresses
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.stack import Stack
from platform_cli.targets.target import Target
from platform_core import contract
from platform_core.forms.entries import FormEntry
from platform_core.pipeline.replay.replay import discard_deliveries, replay_deliveries
from platform_core.pipeline.reports import SyncReport
from tests.fakes.pipeline import World

OUTPUTS = {
    contract.OUT_DATA_BUCKET: "acme-prod-data",
    contract.OUT_INBOX_TABLE: "inbox",
    contract.OUT_SITE_TABLE: "site",
    contract.OUT_DEAD_LETTERS: "queue",
    contract.OUT_BUILDER: "acme-prod-builder",
    contract.OUT_INGEST: "acme-prod-ingest",
}

FORM_TABLES = {"forms", "acme-prod-form-entries"}
"""The table of entries, as an output names it and by its own name."""

LOG_GROUP = {
    "LogicalResourceId": "RouterLog",
    "PhysicalResourceId": "/aws/lambda/acme-prod-webhook-router",
    "ResourceType": "AWS::Logs::LogGroup",
}


class DeployedClient:
    """The deployed client, and a record of the calls."""

    name = "local"
    is_local = True
    region = "us-east-1"

    def __init__(self) -> None:
        self.world = World()
        self.outputs = dict(OUTPUTS)
        self.entries: dict[tuple[str, str], FormEntry] = {}
        """Entries of forms, by form and id."""
        self.discarded: dict[str, float] = {}
        self.queue: dict[str, tuple[str, dict[str, str]]] = {}
        """Message id -> body and attributes."""
        self.hidden: set[str] = set()
        self.log_lines: list[dict[str, Any]] = []
        """Structured lines of the router's log, with `timestamp` in milliseconds."""
        self.calls: list[tuple[str, Any]] = []
        self.failing: set[str] = set()
        """Functions that answer with an error."""
        self.sync_report = SyncReport("sanity")
        """The answer to a sync."""

    def deployed(self) -> Deployment:
        names = Names("acme", "prod", "acme-prod", "Acme-Prod", "a_stack")
        target: Target = self  # type: ignore[assignment]
        stack = Stack("Acme-Prod", "CREATE_COMPLETE", self.outputs)
        return Deployment(names, target, stack, SiteAddresses("", "", ""))

    def add_entry(self, entry: FormEntry) -> None:
        """Store an entry of a form, and give the client a table of entries."""
        self.outputs[contract.OUT_FORMS_TABLE] = "forms"
        self.entries[entry.form, entry.id] = entry

    def client(self, service: str, **_: object) -> Any:
        return self

    def lie(self, letter: object, **attributes: str) -> str:
        """Put a message into the queue and return its id."""
        message = f"m{len(self.queue)}"
        text = letter if isinstance(letter, str) else json.dumps(letter)
        self.queue[message] = (text, attributes)
        return message

    # --- the function ----------------------------------------------------------------------------

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        event = json.loads(Payload)
        self.calls.append((FunctionName, event))
        if FunctionName in self.failing:
            said: Any = {"errorMessage": "StoreUnavailable: no answer"}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(said).encode())}
        return {"Payload": io.BytesIO(json.dumps(self._answer(event)).encode())}

    def _answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        world = self.world
        match event.get("action"):
            case contract.ACTION_REPLAY:
                return asdict(
                    replay_deliveries(world.ingest_deps, event["ids"], world.clock.now + 100)
                )
            case contract.ACTION_SYNC:
                return self.sync_report.to_message()
            case contract.ACTION_DISCARD:
                gone = discard_deliveries(world.ingest_deps, event["ids"])
                self.discarded |= dict.fromkeys(gone, world.clock.now)
                return {"discarded": gone}
            case _:
                return {}

    # --- the table -------------------------------------------------------------------------------

    def get_item(self, Key: Mapping[str, Any], **_: object) -> dict[str, Any]:  # noqa: N803
        world = self.world
        match Key:
            case {contract.SITE_KEY: {"S": contract.SITE_ROW}}:
                return {"Item": to_item(world.site.row)}
            case {contract.SITE_KEY: {"S": contract.RELEASE_ROW}, contract.SITE_SORT: {"S": one}}:
                return {"Item": to_item(asdict(world.records.kept[one]))}
        delivery_id = Key[contract.INBOX_KEY]["S"]
        return {"Item": self._item(delivery_id)} if delivery_id in world.deliveries.rows else {}

    def get_paginator(self, operation: str) -> Any:
        self.operation = operation
        return self

    @property
    def exceptions(self) -> "DeployedClient":
        return self

    ResourceNotFoundException = KeyError

    def describe_table(self, TableName: str) -> None:  # noqa: N803
        if TableName != "acme-prod-form-entries" or not self.entries:
            raise KeyError(TableName)

    def delete_item(self, TableName: str, Key: Mapping[str, Any]) -> None:  # noqa: N803
        if TableName in FORM_TABLES:
            del self.entries[Key[contract.FORMS_KEY]["S"], Key[contract.FORMS_SORT]["S"]]
            return
        assert TableName == OUTPUTS[contract.OUT_INBOX_TABLE]
        del self.world.deliveries.rows[Key[contract.INBOX_KEY]["S"]]

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        if "Bucket" in asked:
            yield {}
            return
        if self.operation == "list_stack_resources":
            yield {"StackResourceSummaries": [LOG_GROUP]}
            return
        if self.operation == "filter_log_events":
            recent = [line for line in self.log_lines if line["timestamp"] >= asked["startTime"]]
            yield {"events": [_log_event(line) for line in recent]}
            return
        assert self.operation in {"query", "scan"}
        if asked["TableName"] in FORM_TABLES:
            limit = {contract.FORMS_KEY: contract.FORMS_LIMITS, contract.FORMS_SORT: "1"}
            rows: list[Mapping[str, Any]] = [
                limit,
                *(entry.to_row() for entry in self.entries.values()),
            ]
            yield {"Items": [to_item(row) for row in rows]}
            return
        if asked["TableName"] == OUTPUTS[contract.OUT_SITE_TABLE]:
            builds = sorted(self.world.records.builds.values(), key=lambda build: build.id)
            yield {"Items": [to_item(asdict(build)) for build in builds[::-1]]}
            return
        if "KeyConditionExpression" not in asked:
            yield {"Items": [self._item(one) for one in self.world.deliveries.rows]}
            return
        values = asked["ExpressionAttributeValues"]
        low, high = (float(values[name]["N"]) for name in (":low", ":high"))
        listed = [
            self._item(one)
            for one, row in self.world.deliveries.rows.items()
            if low <= row.delivery.request.received_at <= high
        ]
        listed.sort(key=lambda item: float(item[contract.RECEIVED_AT]["N"]))
        yield {"Items": listed if asked["ScanIndexForward"] else listed[::-1]}

    def _item(self, delivery_id: str) -> dict[str, Any]:
        row = self.world.deliveries.rows[delivery_id]
        item = {
            contract.INBOX_KEY: {"S": delivery_id},
            "provider": {"S": "sanity"},
            "body": {"B": row.delivery.request.body},
            "status": {"S": row.delivery.status},
            "reason": {"S": row.reason},
            contract.RECEIVED_AT: {"N": str(row.delivery.request.received_at)},
        }
        if delivery_id in self.world.deliveries.ends:
            item[contract.EXPIRES_AT] = {"N": str(int(self.world.deliveries.ends[delivery_id]))}
        if delivery_id in self.discarded:
            item["discarded_at"] = {"N": str(self.discarded[delivery_id])}
        return item

    # --- the queue -------------------------------------------------------------------------------

    def receive_message(self, **_: object) -> dict[str, Any]:
        visible = [one for one in self.queue if one not in self.hidden][:10]
        self.hidden |= set(visible)
        return {
            "Messages": [
                {
                    "MessageId": one,
                    "ReceiptHandle": one,
                    "Body": self.queue[one][0],
                    "Attributes": {"SentTimestamp": "1800000000000"},
                    "MessageAttributes": {
                        name: {"StringValue": value} for name, value in self.queue[one][1].items()
                    },
                }
                for one in visible
            ]
        }

    def delete_message(self, ReceiptHandle: str, **_: object) -> None:  # noqa: N803
        del self.queue[ReceiptHandle]
        self.hidden.discard(ReceiptHandle)

    def change_message_visibility(self, ReceiptHandle: str, **_: object) -> None:  # noqa: N803
        assert ReceiptHandle in self.queue, "what is deleted is shown to nobody"
        self.hidden.discard(ReceiptHandle)


def _log_event(line: Mapping[str, Any]) -> dict[str, Any]:
    return {"timestamp": line["timestamp"], "message": json.dumps(line), "eventId": str(line)}
