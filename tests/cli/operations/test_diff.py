"""The changes of a deploy, computed from two templates."""

from typing import Any

from platform_cli.blueprint.stores import Table
from platform_cli.deploy.diff import ChangeAction, compare_templates, find_changed_types


def resource(kind: str, policy: str | None = None, **properties: Any) -> dict[str, Any]:
    policies = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy} if policy else {}
    return {"Type": kind, "Properties": properties, **policies}


def template(**resources: Any) -> dict[str, Any]:
    note = {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "anything"}}
    return {"Resources": {**resources, "CDKMetadata": note}}


TABLE = resource(Table.former_resource_type, "Retain", TableName="a")


def test_a_first_deploy_adds_everything_except_cdk_metadata() -> None:
    changes = compare_templates(None, template(Table=TABLE))
    assert [(change.action, change.logical_id) for change in changes] == [
        (ChangeAction.ADDED, "Table")
    ]


def test_equal_templates_are_no_change() -> None:
    assert compare_templates(template(Table=TABLE), template(Table=dict(TABLE))) == []


def test_a_change_names_its_properties() -> None:
    before = template(IngressDeps=resource("AWS::Lambda::Function", MemorySize=256, Timeout=3))
    after = template(IngressDeps=resource("AWS::Lambda::Function", MemorySize=512, Timeout=3))
    (change,) = compare_templates(before, after)
    assert (change.action, change.properties) == (ChangeAction.CHANGED, ("MemorySize",))


def test_a_changed_policy_is_a_change() -> None:
    loose = resource(TABLE["Type"], TableName="a")
    (change,) = compare_templates(template(Table=TABLE), template(Table=loose))
    assert change.properties == ("DeletionPolicy", "UpdateReplacePolicy")


def test_replacements_come_from_the_change_set() -> None:
    before = template(Table=resource(Table.resource_type, TableName="a"))
    after = template(Table=resource(Table.resource_type, TableName="b"))
    (change,) = compare_templates(before, after, {"Table": "replace"})
    assert change.action is ChangeAction.REPLACED
    assert change.loses_data


def test_a_retained_table_is_removed_without_loss() -> None:
    (change,) = compare_templates(template(Table=TABLE), template())
    assert change.action is ChangeAction.REMOVED
    assert change.holds == "rows"
    assert not change.loses_data


def test_a_table_of_the_former_type_is_a_store_as_well() -> None:
    (change,) = compare_templates(template(Table=TABLE), template())
    assert change.type == Table.former_resource_type
    assert change.holds == Table.holds


def test_a_changed_type_is_found() -> None:
    former, current = TABLE, resource(Table.resource_type, "RetainExceptOnCreate", TableName="a")
    assert find_changed_types(template(Table=former), template(Table=current)) == {
        "Table": Table.former_resource_type
    }
    assert find_changed_types(template(Table=current), template(Table=dict(current))) == {}
    assert find_changed_types(None, template(Table=current)) == {}


def test_removing_a_function_loses_no_data() -> None:
    (change,) = compare_templates(
        template(IngressDeps=resource("AWS::Lambda::Function")), template()
    )
    assert not change.loses_data
