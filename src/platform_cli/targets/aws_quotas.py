"""Quotas of an AWS account that stop a client before any other."""

from dataclasses import dataclass
from typing import Final

from platform_cli.targets.target import Target

SMALL_ARM_BUILDS: Final = "L-5ED1D25B"
"""Code in Service Quotas: concurrently running builds of the environment ARM/Small."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """Numbers for the whole account in one region. None where AWS names no number."""

    concurrent_executions: int
    """Lambda functions that run at once, over all clients."""
    concurrent_builds: int | None
    """CodeBuild's builds of our kind of environment that run at once, over all clients."""


def read_quotas(target: Target) -> Quotas:
    """Read the account's own quotas. Raises `PlatformError` if AWS does not allow it."""
    settings = target.client("lambda").get_account_settings()
    return Quotas(
        concurrent_executions=int(settings["AccountLimit"]["ConcurrentExecutions"]),
        concurrent_builds=_read_concurrent_builds(target),
    )


def _read_concurrent_builds(target: Target) -> int | None:
    from botocore.exceptions import ClientError

    quotas = target.client("service-quotas")
    try:
        answer = quotas.get_service_quota(ServiceCode="codebuild", QuotaCode=SMALL_ARM_BUILDS)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchResourceException":
            return None
        raise
    return int(answer["Quota"]["Value"])
