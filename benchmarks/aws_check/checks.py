"""Judges the rows of docs/aws.md by what a run observed: a check for each row that it can observe.

A row without a check is listed in `NOT_OBSERVABLE` with the reason. A check answers for AWS. On the
embedded cloud every row is "not seen", because only AWS can confirm these rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from benchmarks.aws_check.observations import Observations, Step
from benchmarks.aws_check.rows import Assumption


class Verdict(StrEnum):
    """The result of a run for one row."""

    HELD = "held"
    NOT_HELD = "not held"
    NOT_SEEN = "not seen"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one row, and its reason."""

    verdict: Verdict
    reason: str


Check = Callable[[Observations], Judgement]

CHECKS: Final[dict[str, Check]] = {}
"""Row id -> the check of the row."""

NOT_OBSERVABLE: Final = {
    "error-page-refresh": "both releases of the run have the same 404 page",
    "missing-object": "the run cannot tell which status a function got for a missing object",
    "forms-path": "the run's client has no form",
    "forms-sender": "the run has no mailbox in which somebody opens the link of SES",
    "queue-timeout": "the run starts one build at a time, so none waits in the queue",
    "kvs-exists": "a deploy ends with a published site, so the run sees no unpublished one",
    "import-retained": "the environment `dev` retains nothing, so there is nothing to import",
    "dashboard": "a person has to look at it, and the client of the run has none",
    "source-account": "nobody uses the statement, so no answer of AWS depends on it",
    "build-secrets": "the client of the run has no build secrets",
    "preview-token": "the client of the run has no previews",
    "ssm-quota": "one client reads a few secrets a minute",
    "budget-filter": "AWS shows costs by tag after a day, and only for an activated tag",
    "validation-records": "the client of the run has no domain of its own",
    "caa-issuers": "the client of the run has no domain of its own",
    "console-filter": "a person has to look at it",
    "alias-host": "the client of the run has no alias",
    "rules-response": "the client of the run has no redirects and headers",
    "rules-store": "the client of the run has no redirects and headers",
    "rules-compute": "the client of the run has no redirects and headers",
    "unique-names": "the run deploys one client, in one region",
    "other-partitions": "not supported, so not tried",
}
"""Row id -> the reason why a run can neither confirm nor refute the row."""

NOT_REACHED: Final = Judgement(Verdict.NOT_SEEN, "the run did not get this far")
BUILD_SESSION: Final = "AWSCodeBuild-"
"""Start of the name of a build's session, which every refusal of AWS names."""
RELEASES: Final = "/releases/"
ON_EMBEDDED_CLOUD: Final = "ran on the embedded cloud, and only AWS can tell"


def judge_rows(
    rows: Iterable[Assumption], seen: Observations, *, is_local: bool
) -> dict[str, Judgement]:
    """Judge every row. A row without a check and without a reason is an error (`KeyError`)."""
    return {row.id: _judge(row.id, seen, is_local=is_local) for row in rows}


def _judge(row_id: str, seen: Observations, *, is_local: bool) -> Judgement:
    if row_id not in CHECKS:
        return Judgement(Verdict.NOT_SEEN, NOT_OBSERVABLE[row_id])
    judgement = CHECKS[row_id](seen)
    if is_local and judgement is not NOT_REACHED:
        return Judgement(Verdict.NOT_SEEN, f"{ON_EMBEDDED_CLOUD}; there: {judgement.reason}")
    return judgement


def _check(row_id: str) -> Callable[[Check], Check]:
    """Register a check for the row of this id."""

    def register(check: Check) -> Check:
        CHECKS[row_id] = check
        return check

    return register


def _held(reason: str) -> Judgement:
    return Judgement(Verdict.HELD, reason)


def _not_held(reason: str) -> Judgement:
    return Judgement(Verdict.NOT_HELD, reason)


def _not_seen(reason: str) -> Judgement:
    return Judgement(Verdict.NOT_SEEN, reason)


# --- the stack ------------------------------------------------------------------------------------


@_check("template")
def check_template(seen: Observations) -> Judgement:
    if seen.is_stack_created:
        return _held("CloudFormation created the stack")
    if seen.failure and seen.has_failed_at(Step.DEPLOY, "DeployFailed"):
        return _not_held(seen.failure.message)
    return NOT_REACHED


@_check("keys-only-stream")
def check_stream(seen: Observations) -> Judgement:
    if not seen.is_stack_created:
        refusal = seen.find_message("AWS::DynamoDB::GlobalTable")
        return _not_held(refusal) if refusal else NOT_REACHED
    if seen.delivery is None:
        return _not_seen("the tables were created, but no delivery passed through a stream")
    return _held(
        "the tables were created, and a stream called the function that applies deliveries"
    )


@_check("route-limits")
def check_route_limits(seen: Observations) -> Judgement:
    if refusal := seen.find_message("Unable to find Route by key"):
        return _not_held(refusal)
    if not seen.is_stack_created:
        return NOT_REACHED
    return _not_seen(
        "the stage took the limits; a run removes no route, so half of the row is open"
    )


# --- builds ---------------------------------------------------------------------------------------


@_check("codebuild-role")
def check_build_role(seen: Observations) -> Judgement:
    if seen.is_site_built:
        return _held("a build read its source, wrote a release and went live")
    refusal = seen.find_message(BUILD_SESSION, "is not authorized to perform")
    if refusal and RELEASES not in refusal:
        return _not_held(refusal)
    return NOT_REACHED


@_check("build-session")
def check_build_session(seen: Observations) -> Judgement:
    if seen.is_site_built:
        return _held("a build wrote into the folder that its session may write")
    refusal = seen.find_message(BUILD_SESSION, RELEASES)
    return _not_held(refusal) if refusal else NOT_REACHED


@_check("build-image")
def check_build_image(seen: Observations) -> Judgement:
    if seen.is_site_built:
        return _held("a build installed its packages by Node and ran the publisher by Python")
    refusal = seen.find_message("Unknown runtime") or seen.find_message("INSTALL: FAILED")
    return _not_held(refusal) if refusal else NOT_REACHED


@_check("object-checksum")
def check_object_checksum(seen: Observations) -> Judgement:
    if seen.is_site_built:
        return _held("a release with new assets passed the comparison of their checksums")
    refusal = seen.find_message("has other bytes than its name says")
    return _not_held(refusal) if refusal else NOT_REACHED


@_check("write-once-policy")
def check_write_once_policy(seen: Observations) -> Judgement:
    if seen.probes is None:
        return NOT_REACHED
    if not seen.probes.unconditional_put_refused:
        return _not_held("an upload without the condition was accepted")
    if not seen.probes.conditional_put_accepted:
        return _not_seen("the bucket refused the upload with the condition as well")
    return _held("an upload without the condition was refused, and with it accepted")


# --- functions ------------------------------------------------------------------------------------


@_check("powertools-layer")
def check_layer(seen: Observations) -> Judgement:
    if seen.delivery:
        return _held("functions stored and applied a delivery with the packages of the layer")
    refusal = seen.find_message("ImportModuleError") or seen.find_message("AWSLambdaPowertools")
    return _not_held(refusal) if refusal else NOT_REACHED


@_check("pointer-write")
def check_pointer_write(seen: Observations) -> Judgement:
    refusal = seen.find_message("cloudfront-keyvaluestore") or seen.find_message("awscrt")
    if refusal:
        return _not_held(refusal)
    if seen.probes is None:
        return NOT_REACHED
    match seen.probes.old_pointer_version_refused:
        case None:
            return _not_seen("visitors saw what the builder wrote; no old version was tried")
        case False:
            return _not_held("the store accepted a write on an old version")
        case True:
            return _held("visitors saw what the builder wrote; an old version was refused")


@_check("log-metrics")
def check_log_metrics(seen: Observations) -> Judgement:
    if Step.READ_METRICS not in seen.seconds:
        return NOT_REACHED
    if seen.has_metrics is None:
        return _not_seen("the person of the run may not list metrics")
    if not seen.has_metrics:
        return _not_seen("CloudWatch lists a new metric up to 15 minutes late")
    return _held("CloudWatch lists metrics of the functions")


@_check("first-times")
def check_first_times(seen: Observations) -> Judgement:
    if seen.delivery is None:
        return NOT_REACHED
    return _held(
        f"measured: {seen.seconds[Step.DEPLOY] / 60:.1f} minutes until the first release was live, "
        f"{seen.delivery.ack_seconds:.2f} s until the first delivery was acknowledged, "
        f"{seen.delivery.live_seconds:.0f} s until it was live"
    )


# --- requests -------------------------------------------------------------------------------------


@_check("edge-lists-bucket")
def check_missing_page(seen: Observations) -> Judgement:
    if seen.probes is None:
        return NOT_REACHED
    status = seen.probes.missing_page_status
    return (_held if status == 404 else _not_held)(f"a missing page got {status}")


@_check("unknown-addresses")
def check_unknown_addresses(seen: Observations) -> Judgement:
    if seen.probes is None:
        return NOT_REACHED
    status = seen.probes.unknown_address_status
    if status != 404:
        return _not_held(f"an address with another token got {status}")
    return _not_seen("another token got 404; a run sends no flood and cannot see the charge")


@_check("large-body")
def check_large_body(seen: Observations) -> Judgement:
    if seen.probes is None:
        return NOT_REACHED
    if seen.probes.large_body_reached:
        return _held("the function answered a body of 5 MB")
    return _not_held("API Gateway refused a body of 5 MB")


@_check("encoded-slashes")
def check_encoded_slashes(seen: Observations) -> Judgement:
    if seen.probes is None:
        return NOT_REACHED
    in_path, in_query = seen.probes.slash_id_status, seen.probes.id_query_status
    if in_path == 200:
        return _held("a signed request for such an id got 200")
    if in_query == 200:
        return _not_held(f"the id in the path got {in_path}, and in the query 200")
    return _not_seen(f"the person of the run got {in_query} for the id in the query as well")
