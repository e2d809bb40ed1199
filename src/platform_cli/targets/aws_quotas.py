"""The AWS quotas that a client reaches first. Each counts for a whole account in one region."""

from typing import Final

from platform_cli.targets.service_errors import to_service_error
from platform_cli.targets.target import Target

SMALL_ARM_BUILDS: Final = "L-5ED1D25B"
"""Code in Service Quotas: concurrently running builds of the environment ARM/Small."""


def read_concurrent_executions(target: Target) -> int:
    """Return the number of Lambda functions that run at once. Raises `PlatformError`."""
    from botocore.exceptions import ClientError

    try:
        settings = target.client("lambda").get_account_settings()
    except ClientError as error:
        raise to_service_error(error) from error
    return int(settings["AccountLimit"]["ConcurrentExecutions"])


def read_concurrent_builds(target: Target) -> int | None:
    """Return the number of CodeBuild's builds of our environment that run at once.

    None if AWS names no number. Raises `PlatformError`.
    """
    from botocore.exceptions import ClientError

    quotas = target.client("service-quotas")
    try:
        answer = quotas.get_service_quota(ServiceCode="codebuild", QuotaCode=SMALL_ARM_BUILDS)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchResourceException":
            return None
        raise to_service_error(error) from error
    return int(answer["Quota"]["Value"])
