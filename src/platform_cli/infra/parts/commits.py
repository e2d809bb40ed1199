"""The rights of a worker that follows the repository of a site (`site.content: source`)."""

from typing import TypedDict

from platform_cli.blueprint import model
from platform_cli.infra.permissions import Statement, allow
from platform_cli.infra.shared_resources import SharedResources, required
from platform_core import contract

BY_DIGEST = "The archive of a commit is named by the digest of its files."
MEMORY_MEGABYTES = 1024
"""Packing 200 MB again takes CPU, and a function has CPU in proportion to its memory."""
STORAGE_MEGABYTES = 1024
"""Space for the archive of the host, of at most 200 MB, and for ours."""


class WorkerSize(TypedDict, total=False):
    """Fields of `FunctionSpec`."""

    memory_megabytes: int
    storage_megabytes: int


def follows_repository(shared: SharedResources) -> bool:
    """Return whether the site renders its own repository."""
    return bool(_provider(shared))


def worker_size(shared: SharedResources) -> WorkerSize:
    """Return the memory and the space for files of a worker; empty for other sites."""
    if not follows_repository(shared):
        return {}
    return {"memory_megabytes": MEMORY_MEGABYTES, "storage_megabytes": STORAGE_MEGABYTES}


def commit_variables(shared: SharedResources) -> dict[str, str]:
    """Return the variable that names the provider of the repository."""
    provider = _provider(shared)
    return {contract.SOURCE_PROVIDER: provider} if provider else {}


def commit_statements(shared: SharedResources) -> list[Statement]:
    """Allow a function to store the archives of commits, and to write the row of the newest one."""
    if not _provider(shared):
        return []
    return [
        allow(
            ["s3:PutObject", "s3:AbortMultipartUpload"],
            f"{shared.data_bucket.attr_arn}/{contract.COMMITS}*",
            because=BY_DIGEST,
        ),
        allow(
            ["dynamodb:GetItem", "dynamodb:PutItem"],
            shared.site_table.attr_arn,
            when={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [contract.SOURCE_ROW]}},
        ),
    ]


def _provider(shared: SharedResources) -> str:
    return required(shared.blueprint.find(model.Builds)).source_provider
