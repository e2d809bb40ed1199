"""The rules for every part: construct, meters, names, retention, teardown and alarms.

`README.md` beside this file lists the files that a new part changes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import PART_TYPES, Alarms, Blueprint, Part, Site
from platform_cli.blueprint.stores import (
    STORE_TYPES,
    Bucket,
    LogAlarm,
    Queue,
    QueueAlarm,
    Store,
    Table,
    is_retaining,
)
from platform_cli.cost.meters import FREE, list_meters
from platform_cli.deploy.apply_ttl import set_time_to_live
from platform_cli.deploy.diff import ChangeAction, compare_templates
from platform_cli.deploy.teardown import DataResource, delete_retained_data
from platform_core import contract
from tests.infra.clients import BLUEPRINTS, Synthesized, aliased, client, composed

Get = Callable[[str], Synthesized]

PART_NAMES = [part_type.__name__ for part_type in PART_TYPES]
CLIENTS = {"Login": "aliased"}
"""Parts that need another provider than those of the client `composed`."""
CONSTRUCTS = {"Site": "Edge"}
"""Construct ids that differ from the part's name: a rename would change logical ids."""

LIMITS: dict[type[Store], str] = {
    Table: r"[a-zA-Z0-9_.-]{3,255}",
    Bucket: r"[a-z0-9][a-z0-9.-]{1,49}",
    Queue: r"[a-zA-Z0-9_-]{1,80}",
}
"""AWS's rules for names. A bucket's is 13 characters shorter, because the account id follows."""
ANY_NAME = r"[a-zA-Z0-9_-]{1,64}"

LONGEST: dict[str, Any] = {"client_id": "a" + "-long-name" * 6 + "-ok", "environment": "staging"}


def part_of(blueprint: Blueprint, name: str) -> Part:
    [part] = [part for part in blueprint.parts if type(part).__name__ == name]
    return part


def client_of(name: str) -> str:
    return CLIENTS.get(name, "composed")


def resource_of(stack: Synthesized, store: Store) -> tuple[str, dict[str, Any]]:
    """Return the logical id and the resource of a store."""
    [(logical_id, resource)] = [
        (logical_id, resource)
        for logical_id, resource in stack.template["Resources"].items()
        if re.fullmatch(rf"Stores{store.id}[0-9A-F]{{8}}", logical_id)
    ]
    assert resource["Type"] == store.resource_type
    return logical_id, resource


@pytest.fixture(params=PART_NAMES)
def name(request: pytest.FixtureRequest) -> str:
    part_name: str = request.param
    return part_name


def test_the_representative_client_has_every_part(name: str) -> None:
    part_of(BLUEPRINTS[client_of(name)](), name)


def test_every_part_has_a_construct(name: str, stacks: Get) -> None:
    prefix = CONSTRUCTS.get(name, name)
    assert [key for key in stacks(client_of(name)).template["Resources"] if key.startswith(prefix)]


def test_every_part_has_a_meter_and_every_store_a_price(name: str) -> None:
    blueprint = BLUEPRINTS[client_of(name)]()
    metered = {part for part, _ in list_meters(blueprint)}
    assert name.lower() in metered
    priced = {meter.resource for _, meter in list_meters(blueprint)} | FREE.keys()
    assert {store.resource_type for store in part_of(blueprint, name).stores} <= priced


def test_every_store_has_one_owner() -> None:
    blueprint = BLUEPRINTS["composed"]()
    ids = [store.id for store in blueprint.stores]
    names = [(store.kind, store.name) for store in blueprint.stores]
    assert len(ids) == len(set(ids))
    assert len(names) == len(set(names))


def test_every_table_bucket_queue_and_key_value_store_belongs_to_a_part(
    stack: Synthesized,
) -> None:
    owned = {resource_of(stack, store)[0] for store in stack.blueprint.stores}
    holding = {
        logical_id
        for logical_id, resource in stack.template["Resources"].items()
        if resource["Type"] in STORE_TYPES
    }
    assert owned == holding


def test_names_fit_aws(name: str) -> None:
    config = aliased() if client_of(name) == "aliased" else composed()
    part = part_of(compose(config.model_copy(update=LONGEST)), name)
    for store in part.stores:
        assert re.fullmatch(LIMITS.get(type(store), ANY_NAME), store.name), store
        assert len(store.name) > 40, "the longest client has the longest names"
    for alarm in part.log_alarms:
        assert re.fullmatch(r"[a-z][a-z-]{1,40}", alarm.purpose)


@pytest.mark.parametrize("blueprint", ["composed", "direct"])
def test_a_store_is_retained_as_declared(blueprint: str, stacks: Get) -> None:
    stack = stacks(blueprint)
    for store in stack.blueprint.stores:
        _, resource = resource_of(stack, store)
        policies = (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        assert [is_retaining(policy) for policy in policies] == [store.retained] * 2
        if isinstance(store, Table):
            [replica] = resource["Properties"]["Replicas"]
            assert replica["DeletionProtectionEnabled"] is store.retained


def test_client_data_outlives_the_stack_outside_dev_only() -> None:
    for config, retained in ((client(), True), (client(environment="dev"), False)):
        stores = compose(config).stores
        assert {s.retained for s in stores if isinstance(s, Table | Bucket)} == {retained}


def test_rows_and_objects_expire_as_declared(stacks: Get) -> None:
    stack = stacks("composed")
    for store in stack.blueprint.stores:
        properties = resource_of(stack, store)[1]["Properties"]
        if isinstance(store, Table):
            assert store.time_to_live == contract.EXPIRES_AT
            assert properties["TimeToLiveSpecification"]["AttributeName"] == store.time_to_live
        if isinstance(store, Bucket):
            rules = properties["LifecycleConfiguration"]["Rules"]
            expiring = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules[1:]}
            assert expiring == {expiry.prefix: expiry.days for expiry in store.expiries}


def test_previews_cost_something_only_where_there_are_some() -> None:
    def amounts(blueprint: Blueprint) -> list[str]:
        return [meter.formula for _, meter in list_meters(blueprint) if "previews" in meter.formula]

    assert not amounts(compose(client()))
    assert len(amounts(compose(client(preview={})))) == 5


def test_the_data_bucket_expires_the_prefixes_of_all_parts() -> None:
    """This includes parts that this client does not have, because it may have had them."""
    plain = client(service_integration={"integration_mode": "direct", "ssg_engine": "hugo"})
    for config in (plain, composed()):
        site = compose(config).find(Site)
        assert site is not None
        expiries = {expiry.prefix: expiry.days for expiry in site.data_bucket.expiries}
        assert expiries == {
            contract.RAW_BODIES: 90,
            contract.BODIES_SET_ASIDE: 100,
            "cache/": 30,
            contract.COMMITS: 30,
            contract.PREVIEW_SOURCES: 30,
        }


def test_removing_a_store_is_reported_as_data_loss(name: str, stacks: Get) -> None:
    """The loss appears as a change of templates: the part is absent from the new one."""
    stack = stacks(
        "direct" if name in {"Site", "Builds", "Webhooks", "Alarms"} else client_of(name)
    )
    resources = dict(stack.template["Resources"])
    for store in part_of(stack.blueprint, name).stores:
        logical_id, resource = resource_of(stack, store)
        resources.pop(logical_id)
        [change] = compare_templates({"Resources": {logical_id: resource}}, {"Resources": {}})
        assert (change.action, change.holds) == (ChangeAction.REMOVED, store.holds)
        assert change.loses_data is not store.retained


# --- stores in a deploy and in a teardown -------------------------------------------------------


class Cloud:
    """Records the calls that delete or empty; every listing is empty."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.live: set[str] = set()

    def client(self, service: str) -> "Cloud":
        return self

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.calls.append((operation, arguments))
            return {"ETag": "E1", "TimeToLiveDescription": {}}

        return call

    def get_paginator(self, operation: str) -> "Cloud":
        return self

    def paginate(self, Bucket: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        self.calls.append(("empty", {"Bucket": Bucket}))
        return iter(())

    def get_waiter(self, name: str) -> "Cloud":
        return self

    def wait(self, **_: object) -> None:
        return None

    def deleted(self) -> list[str]:
        return [operation for operation, _ in self.calls if operation.startswith("delete")]


@pytest.mark.parametrize("store_type", get_args(Store), ids=lambda kind: kind.__name__)
def test_every_kind_of_store_can_be_deleted_permanently(store_type: type[Store]) -> None:
    cloud = Cloud()
    holding = DataResource(
        "Id", "its-name", store_type, is_retained=True, type=store_type.resource_type
    )
    delete_retained_data(cloud, [holding], lambda _: None)  # type: ignore[arg-type]
    [deletion] = cloud.deleted()
    assert "its-name" in str(cloud.calls[-1])
    emptied = [operation for operation, _ in cloud.calls if operation == "empty"]
    assert bool(emptied) is store_type.emptied_before_deletion
    assert deletion.startswith("delete_")


def test_stores_that_are_not_retained_are_deleted_by_the_stack() -> None:
    cloud = Cloud()
    rows = DataResource("Id", "n", Table, is_retained=False, type=Table.resource_type)
    delete_retained_data(cloud, [rows], lambda _: None)  # type: ignore[arg-type]
    assert cloud.calls == []


def test_every_table_with_an_expiry_gets_it_by_the_api() -> None:
    cloud = Cloud()
    blueprint = BLUEPRINTS["composed"]()
    tables = [store for store in blueprint.stores if isinstance(store, Table)]
    never_expires = replace(tables[0], name="forever", time_to_live=None)
    set_time_to_live(cloud, [*blueprint.stores, never_expires])  # type: ignore[arg-type]
    updated = {
        arguments["TableName"]: arguments["TimeToLiveSpecification"]
        for operation, arguments in cloud.calls
        if operation == "update_time_to_live"
    }
    assert updated == {
        table.name: {"AttributeName": contract.EXPIRES_AT, "Enabled": True} for table in tables
    }


# --- alarms ------------------------------------------------------------------------------------


def test_every_alarm_of_a_part_is_in_the_template(name: str, stacks: Get) -> None:
    stack = stacks(client_of(name))
    part, prefix = part_of(stack.blueprint, name), stack.blueprint.names.resource_prefix
    alarms = {
        alarm["AlarmName"]: alarm["AlarmDescription"]
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
    }
    on_queues = [store.alarm for store in part.stores if isinstance(store, Queue) and store.alarm]
    owned: list[LogAlarm | QueueAlarm] = [*part.log_alarms, *on_queues]
    for alarm in owned:
        assert alarms[f"{prefix}-{alarm.purpose}"] == alarm.description
        assert "`platform " in alarm.description, "the remedy"


def test_every_alarm_belongs_to_a_part(stack: Synthesized) -> None:
    blueprint = stack.blueprint
    on_queues = [s for s in blueprint.stores if isinstance(s, Queue) and s.alarm]
    count = len(blueprint.log_alarms) + len(on_queues)
    assert len(stack.of_type("AWS::CloudWatch::Alarm")) == count
    assert blueprint.find(Alarms) is not None


# --- the count of shared files -----------------------------------------------------------------


def test_a_new_part_changes_three_shared_files() -> None:
    """No other file of the blueprint, the infrastructure or the meters names the parts.

    `stack.py` and the meters match over the union, and `model.py` is the union. A part's own
    modules, and those of parts that use its handle, may name it.
    """
    source = Path(__file__).parents[2] / "src" / "platform_cli"
    naming_all = {
        file.name if file.name != "__init__.py" else f"{file.parent.name}/"
        for file in source.rglob("*.py")
        if all(re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")) for name in PART_NAMES)
    }
    assert naming_all == {"model.py", "stack.py", "meters/"}
