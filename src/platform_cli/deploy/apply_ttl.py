"""Turn on the expiry of rows, which the embedded CloudFormation ignores in a template.

The setting equals the template's, so it changes nothing where CloudFormation applied it.
"""

from collections.abc import Iterable

from platform_cli.blueprint.stores import Store, Table
from platform_cli.targets.target import Target


def set_time_to_live(target: Target, stores: Iterable[Store]) -> None:
    """Turn on the expiry of rows for every table that has one."""
    tables = [store for store in stores if isinstance(store, Table) and store.time_to_live]
    dynamodb = target.client("dynamodb")
    for table in tables:
        status = dynamodb.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
        if status.get("TimeToLiveStatus") != "ENABLED":
            dynamodb.update_time_to_live(
                TableName=table.name,
                TimeToLiveSpecification={"AttributeName": table.time_to_live, "Enabled": True},
            )
