"""Sets through the API what the embedded CloudFormation reads in a template and then drops.

It repeats what the template says and adds nothing, so it is harmless where nothing was dropped.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from platform_cli.deploy import stack as stacks
from platform_cli.deploy.target import Target


def set_time_to_live(target: Target, stack: str, template: Mapping[str, Any]) -> None:
    """Every table's TTL, as the template has it."""
    wanted = dict(_time_to_live(template))
    if not wanted:
        return
    dynamodb = target.client("dynamodb")
    names = {each.logical_id: each.physical_id for each in stacks.resources(target, stack)}
    for logical_id, specification in wanted.items():
        table = names[logical_id]
        known = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if known.get("TimeToLiveStatus") != "ENABLED":
            dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def _time_to_live(template: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::DynamoDB::Table":
            specification = resource["Properties"].get("TimeToLiveSpecification")
            if specification:
                yield logical_id, specification
