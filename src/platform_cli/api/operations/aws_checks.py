"""Check the AWS account that this machine is signed in to."""

from collections.abc import Callable
from typing import Final

from platform_cli.api.operations.checks import Check, CheckState, failed_check
from platform_cli.errors import PlatformError
from platform_cli.targets.aws_quotas import (
    SMALL_ARM_BUILDS,
    read_concurrent_builds,
    read_concurrent_executions,
)
from platform_cli.targets.target import (
    NoCredentials,
    ServiceUnavailable,
    aws_target,
    has_credentials,
)

NEW_ACCOUNT_EXECUTIONS: Final = 10
"""Lambda's quota of a new account."""
LAMBDA_QUOTA: Final = "Lambda quota"
CODEBUILD_QUOTA: Final = "CodeBuild quota"


def check_aws() -> list[Check]:
    """Check the account, and its quotas if this machine is signed in to it."""
    if not has_credentials():
        advice = "needed to deploy to AWS, but not for --local: `aws configure` or `aws sso login`"
        return [Check("AWS", CheckState.UNKNOWN, "no credentials on this machine", advice)]
    try:
        target = aws_target()
    except NoCredentials as error:
        return [failed_check("AWS", error)]
    except ServiceUnavailable as error:
        finding = error.findings[0]
        return [Check("AWS", CheckState.UNKNOWN, finding.message, finding.hint)]
    found = f"account {target.account}, {target.region}"
    return [
        Check("AWS", CheckState.OK, found),
        _check_quota(LAMBDA_QUOTA, lambda: _check_executions(read_concurrent_executions(target))),
        _check_quota(CODEBUILD_QUOTA, lambda: _check_builds(read_concurrent_builds(target))),
    ]


def _check_quota(name: str, check: Callable[[], Check]) -> Check:
    """Return the check of a quota; an account that does not let us read it is no failure."""
    try:
        return check()
    except PlatformError as error:
        finding = error.findings[0]
        return Check(name, CheckState.UNKNOWN, finding.message, finding.hint)


def _check_executions(quota: int) -> Check:
    found = f"{quota} concurrent executions for all clients"
    if quota > NEW_ACCOUNT_EXECUTIONS:
        return Check(LAMBDA_QUOTA, CheckState.OK, found)
    advice = "little for several clients; ask for 1000 in Service Quotas (Lambda)"
    return Check(LAMBDA_QUOTA, CheckState.OK, found, advice)


def _check_builds(quota: int | None) -> Check:
    if quota is None:
        advice = f"see Service Quotas, CodeBuild, {SMALL_ARM_BUILDS}"
        return Check(CODEBUILD_QUOTA, CheckState.UNKNOWN, "no number for ARM/Small", advice)
    found = f"{quota} concurrent ARM/Small builds for all clients"
    if quota == 0:
        advice = f"no site can be built; ask for at least 1 in Service Quotas ({SMALL_ARM_BUILDS})"
        return Check(CODEBUILD_QUOTA, CheckState.NOT_OK, found, advice)
    if quota == 1:
        advice = f"clients wait for each other; raise it in Service Quotas ({SMALL_ARM_BUILDS})"
        return Check(CODEBUILD_QUOTA, CheckState.OK, found, advice)
    return Check(CODEBUILD_QUOTA, CheckState.OK, found)
