"""An erasure of stored deliveries: what is about the subject goes, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import boto3
import pytest

from lambdas.runtime.adapters import clients
from lambdas.runtime.adapters.dynamodb.inbox import LARGEST_IN_ROW, DynamoInbox
from lambdas.runtime.adapters.stored_deliveries import AwsStoredDeliveries
from platform_cli.operations.personal_data import DeployedInbox
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ingest import erasure
from platform_core.pipeline.ingest.erasure import StoredDeliveries, Subject
from platform_core.webhooks.request import Delivery, Request
from tests.fakes.pipeline import T0

ORDER: Mapping[str, Any] = {
    "id": 6100, "email": "Jane@Example.org", "line_items": [{"id": 77, "price": "9.00"}],
}  # fmt: skip
CREATED = Delivery(
    "shop", "created", Request("POST", "/webhooks/shop", {}, json.dumps(ORDER).encode(), T0)
)


class Deployed:
    """A deployed client in the emulator, as far as these operations need it."""

    def __init__(self, table: str, bucket: str, *, of_function: bool) -> None:
        self.outputs = {contract.OUT_INBOX_TABLE: table, contract.OUT_DATA_BUCKET: bucket}
        self.names = self.target = self
        self.client_id = "acme"
        dynamodb, s3 = clients.client("dynamodb"), clients.client("s3")
        self.inbox = DynamoInbox(dynamodb, s3, table=table, bucket=bucket, client_id="acme")
        self.stored: StoredDeliveries = DeployedInbox(cast("Deployment", self))
        if of_function:
            self.stored = AwsStoredDeliveries(dynamodb, s3, table=table, bucket=bucket)

    def client(self, service: str, **_: object) -> Any:
        return boto3.client(cast("Any", service))

    def output(self, key: str) -> str:
        return self.outputs[key]

    def keep(self, key: str, body: Mapping[str, object], size: int = 0) -> str:
        padded = {**body, "padding": "x" * size} if size else body
        request = replace(CREATED.request, body=json.dumps(padded).encode())
        self.inbox.put(replace(CREATED, key=key, request=request))
        return f"shop#{key}"

    def forget(self, subject: Subject) -> tuple[list[str], int]:
        stored = self.stored
        found = erasure.find_deliveries(stored, subject)
        erasure.erase(stored, found)
        again = erasure.find_deliveries(stored, subject)
        assert (again.rows, again.bodies) == ((), ())
        return sorted(row.id for row in found.rows), len(found.bodies)


@pytest.fixture(params=[False, True], ids=["command line", "function"])
def deployed(inbox_table: str, bucket: str, request: pytest.FixtureRequest) -> Deployed:
    boto3.client("s3").put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    return Deployed(inbox_table, bucket, of_function=request.param)


def test_an_order_is_erased_with_its_refund_and_its_large_body(deployed: Deployed) -> None:
    gone = [
        deployed.keep("created", ORDER),
        deployed.keep("large", ORDER, LARGEST_IN_ROW),
        deployed.keep("refund", {"id": 1, "order_id": 6100}),
        deployed.keep("gid", {"order": {"admin_graphql_api_id": "gid://shopify/Order/6100"}}),
    ]
    deployed.keep("other", {"id": 61, "line_items": [{"id": 6100, "price": "6100"}]})
    assert deployed.forget(Subject(orders=("6100",))) == (sorted(gone), 1)
    assert deployed.forget(Subject(orders=("61",)))[0] == ["shop#other"]


def test_a_person_is_found_by_the_whole_address(deployed: Deployed) -> None:
    gone = deployed.keep("created", {"customer": {"contact": ["Jane <jane@example.org>"]}})
    deployed.keep("other", {"email": "mary-jane@example.org", "note": "jane@example.org.uk"})
    assert deployed.forget(Subject(emails=("jane@EXAMPLE.org",))) == ([gone], 0)


def test_an_old_version_of_a_deleted_body_is_erased(deployed: Deployed) -> None:
    deployed.keep("large", ORDER, LARGEST_IN_ROW)
    bucket = deployed.output(contract.OUT_DATA_BUCKET)
    s3 = boto3.client("s3")
    (body,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    s3.delete_object(Bucket=bucket, Key=body["Key"])
    assert deployed.forget(Subject(emails=("jane@example.org",)))[1] == 1


def test_a_quarantined_body_that_is_no_json_is_found(deployed: Deployed) -> None:
    request = replace(CREATED.request, body=b"email=jane%40example.org&x=1")
    strange = replace(CREATED, key="form", request=request, status=DeliveryStatus.QUARANTINED)
    deployed.inbox.put(strange, quarantine_reason="not JSON")
    assert deployed.forget(Subject(emails=("jane@example.org",)))[0] == ["shop#form"]


def test_a_request_of_one_provider_touches_no_other_and_not_itself(deployed: Deployed) -> None:
    gone = [deployed.keep("created", ORDER), deployed.keep("large", ORDER, LARGEST_IN_ROW)]
    request = deployed.keep("request", {"customer": ORDER}, LARGEST_IN_ROW)
    other = replace(CREATED, provider="cms", key="large")
    padding = json.dumps({**ORDER, "padding": "x" * LARGEST_IN_ROW}).encode()
    deployed.inbox.put(replace(other, request=replace(CREATED.request, body=padding)))
    subject = Subject(provider="shop", is_whole_shop=True, request_id=request)
    assert deployed.forget(subject) == (sorted(gone), 1)
    assert deployed.forget(Subject(emails=(ORDER["email"],)))[1] == 2


def test_a_settled_order_is_found_by_its_facts() -> None:
    facts = json.dumps([{"event_type": "order.placed", "subject_id": "gid://shopify/Order/6100"}])
    assert Subject(orders=("6100",)).is_in(facts)
    assert not Subject(orders=("610",)).is_in(facts)
