"""Check the AWS account that this machine is signed in to."""

from typing import Final

from platform_cli.api.operations.checks import Check, CheckState, failed_check
from platform_cli.errors import PlatformError
from platform_cli.targets.aws_quotas import SMALL_ARM_BUILDS, read_quotas
from platform_cli.targets.target import (
    NoCredentials,
    ServiceUnavailable,
    Target,
    aws_target,
    has_credentials,
)

NEW_ACCOUNT_EXECUTIONS: Final = 10
"""Lambda's quota of a new account. A busy client uses two to five."""


def check_aws() -> list[Check]:
    """Check the account, and its quotas if this machine is signed in."""
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
    return [Check("AWS", CheckState.OK, found), *_check_quotas(target)]


def _check_quotas(target: Target) -> list[Check]:
    try:
        quotas = read_quotas(target)
    except PlatformError as error:
        finding = error.findings[0]
        return [Check("AWS quotas", CheckState.UNKNOWN, finding.message, finding.hint)]
    return [
        _check_executions(quotas.concurrent_executions),
        _check_builds(quotas.concurrent_builds),
    ]


def _check_executions(quota: int) -> Check:
    name, found = "Lambda quota", f"{quota} concurrent executions for all clients"
    if quota > NEW_ACCOUNT_EXECUTIONS:
        return Check(name, CheckState.OK, found)
    advice = "enough for two quiet clients; ask for 1000 in Service Quotas (Lambda)"
    return Check(name, CheckState.OK, found, advice)


def _check_builds(quota: int | None) -> Check:
    name = "CodeBuild quota"
    if quota is None:
        advice = f"see Service Quotas, CodeBuild, {SMALL_ARM_BUILDS}"
        return Check(name, CheckState.UNKNOWN, "no number for ARM/Small", advice)
    found = f"{quota} concurrent ARM/Small builds for all clients"
    if quota == 0:
        advice = f"no site can be built; ask for at least 1 in Service Quotas ({SMALL_ARM_BUILDS})"
        return Check(name, CheckState.NOT_OK, found, advice)
    if quota == 1:
        advice = f"clients wait for each other; raise it in Service Quotas ({SMALL_ARM_BUILDS})"
        return Check(name, CheckState.OK, found, advice)
    return Check(name, CheckState.OK, found)
