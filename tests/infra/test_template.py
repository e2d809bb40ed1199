"""Guarantees of a client's template, read from the template."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Content, Forms, Login, Site, Webhooks
from platform_cli.blueprint.stores import Bucket, Table
from platform_core import contract
from tests.infra.clients import ACCOUNT, Synthesized, client, composed, synthesize, text

Get = Callable[[str], Synthesized]

HOLD_DATA = {Bucket.resource_type, Table.resource_type}
OF_TOKENS = {
    contract.OUT_WEBHOOK_TOKEN,
    contract.OUT_FORMER_WEBHOOK_TOKEN,
    contract.OUT_FORMER_WEBHOOK_UNTIL,
}
"""Recorded only after a rotation of the webhook address: `test_addresses.py`."""
EVERY_OUTPUT = {
    value for key, value in vars(contract).items() if key.startswith("OUT_")
} - OF_TOKENS
OF_SITE_SETTINGS = {contract.OUT_ROUTING, contract.OUT_ALIASES, contract.OUT_PREVIEW_PROJECT}
OF_WEBHOOKS = {
    contract.OUT_WEBHOOKS,
    contract.OUT_API_ID,
    contract.OUT_INBOX_TABLE,
    contract.OUT_ROUTER,
}
OF_FORMS = {contract.OUT_FORMS_API_ID, contract.OUT_FORMS_TABLE}
OF_LOGIN = {contract.OUT_LOGIN_API_ID}
OF_CONTENT = {contract.OUT_CONTENT_API, contract.OUT_CONTENT_TABLE, contract.OUT_INGEST}


# --- outputs and parts -------------------------------------------------------------------------


def test_outputs_are_those_of_the_contract(stack: Synthesized) -> None:
    kinds = {type(part) for part in stack.blueprint.parts}
    (site,) = [part for part in stack.blueprint.parts if isinstance(part, Site)]
    expected = EVERY_OUTPUT - (set() if site.routing else {contract.OUT_ROUTING})
    expected -= set() if site.aliases else {contract.OUT_ALIASES}
    expected -= set() if site.preview_cookie else {contract.OUT_PREVIEW_PROJECT}
    expected -= set() if Content in kinds else OF_CONTENT
    expected -= set() if Webhooks in kinds else OF_WEBHOOKS
    expected -= set() if Forms in kinds else OF_FORMS
    expected -= set() if Login in kinds else OF_LOGIN
    assert set(stack.template["Outputs"]) - OF_TOKENS == expected


def test_direct_mode_has_no_event_infrastructure(stacks: Get) -> None:
    direct = stacks("direct")
    assert not direct.of_type("AWS::SNS::Topic")
    assert len(direct.of_type(Table.resource_type)) == 2
    assert {each["RouteKey"] for each in direct.of_type("AWS::ApiGatewayV2::Route").values()} == {
        "POST /webhooks/{provider}",
        "POST /webhook/{provider}",
        "GET /health",
    }
    [stream] = direct.of_type("AWS::Lambda::EventSourceMapping").values()
    assert "Builder" in stream["FunctionName"]["Ref"]


def test_the_webhook_output_is_the_url_for_providers(stack: Synthesized) -> None:
    """Vendors and the command line add the provider's name and nothing else."""
    base = text(stack.template["Outputs"][contract.OUT_WEBHOOKS]["Value"])
    routes = stack.of_type("AWS::ApiGatewayV2::Route").values()
    path = "/" + base.removeprefix("https://").split("/", 1)[1]
    assert f"POST {path}/{{provider}}" in {route["RouteKey"] for route in routes}


def test_event_driven_mode_connects_ingest_and_builder(stacks: Get) -> None:
    composed = stacks("composed")
    streams = composed.of_type("AWS::Lambda::EventSourceMapping").values()
    [stream] = [each for each in streams if "Ingest" in each["FunctionName"]["Ref"]]
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["MaximumRetryAttempts"] == 3
    assert stream["MaximumRecordAgeInSeconds"] == 3600
    hints = composed.of_type("AWS::SNS::Subscription").values()
    to_builder = [each for each in hints if each["Protocol"] == "lambda"]
    assert len(to_builder) == 2
    for hint in to_builder:
        assert hint["FilterPolicy"] == {"requires_build": ["true"], "build_hint": ["true"]}
        assert "DeadLetters" in text(hint["RedrivePolicy"]["deadLetterTargetArn"])


def test_the_content_api_needs_iam_and_webhooks_do_not(stacks: Get) -> None:
    routes = stacks("composed").of_type("AWS::ApiGatewayV2::Route").values()
    assert {route["RouteKey"]: route["AuthorizationType"] for route in routes} == {
        "POST /webhooks/{provider}": "NONE",
        "POST /webhook/{provider}": "NONE",
        "GET /health": "NONE",
        "GET /content": "AWS_IAM",
        "GET /content/{id+}": "AWS_IAM",
        "POST /_forms/{name}": "NONE",
        "GET /_forms/{name}/thanks": "NONE",
    }
    for stage in stacks("composed").of_type("AWS::ApiGatewayV2::Stage").values():
        assert stage["StageName"] == "$default"
        assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0


def test_a_client_without_providers_has_only_a_site_and_builds(tmp_path: Path) -> None:
    plain = client(service_integration={"integration_mode": "direct", "ssg_engine": "hugo"})
    stack = synthesize(compose(plain), tmp_path)
    assert not stack.of_type("AWS::ApiGatewayV2::Api")
    assert [each["FunctionName"] for each in stack.of_type("AWS::Lambda::Function").values()] == [
        "plum-orchard-prod-builder"
    ]
    absent = OF_WEBHOOKS | OF_CONTENT | OF_FORMS | OF_LOGIN | OF_SITE_SETTINGS
    assert set(stack.template["Outputs"]) == EVERY_OUTPUT - absent


def test_the_dashboard_is_optional(stacks: Get) -> None:
    assert len(stacks("composed").of_type("AWS::CloudWatch::Dashboard")) == 1
    assert not stacks("direct").of_type("AWS::CloudWatch::Dashboard")


def test_a_client_with_webhooks_has_six_alarms(stack: Synthesized) -> None:
    alarms = stack.of_type("AWS::CloudWatch::Alarm").values()
    prefix = f"{stack.blueprint.names.resource_prefix}-"
    of_forms = {"form-mails"} if stack.blueprint.find(Forms) else set()
    assert {alarm["AlarmName"].removeprefix(prefix) for alarm in alarms} == of_forms | {
        "dead-letters",
        "oldest-pending",
        "build-failed",
        "build-stuck",
        "signature-failures",
        "registration-silent",
    }
    for each in alarms:
        assert "`platform " in each["AlarmDescription"], "what to do"
        assert each["TreatMissingData"] == "notBreaching"


def test_metric_filters_read_the_log_group_of_their_lines(stack: Synthesized) -> None:
    worker = "ingest" if stack.blueprint.integration_mode == "event_driven" else "builder"
    prefix = stack.blueprint.names.resource_prefix
    found = {}
    for each in stack.of_type("AWS::Logs::MetricFilter").values():
        group = stack.template["Resources"][each["LogGroupName"]["Ref"]]["Properties"]
        purpose = group["LogGroupName"].removeprefix(f"/aws/lambda/{prefix}-")
        [counted] = each["MetricTransformations"]
        assert each["FilterPattern"] == f'{{ $.alarm = "{counted["MetricName"]}" }}'
        assert "DefaultValue" not in counted, "no zeros"
        found[counted["MetricName"]] = purpose
    assert found == {
        contract.ALARM_BUILD: "builder",
        contract.ALARM_STUCK: "builder",
        contract.ALARM_PENDING: worker,
        contract.ALARM_SIGNATURE: "webhook-router",
        contract.ALARM_SILENT: worker,
        **({contract.ALARM_FORM_MAIL: "forms"} if stack.blueprint.find(Forms) else {}),
    }


def test_a_dashboard_shows_all_metrics_and_alarms(stacks: Get) -> None:
    composed = stacks("composed")
    body = json.loads(text(composed.one("AWS::CloudWatch::Dashboard")["DashboardBody"]))
    by_type: dict[str, list[Any]] = {}
    for widget in body["widgets"]:
        by_type.setdefault(widget["type"], []).append(widget["properties"])
    [states] = by_type["alarm"]
    assert len(states["alarms"]) == len(composed.of_type("AWS::CloudWatch::Alarm"))
    queries = " ".join(each["query"] for each in by_type["log"])
    for name in (*contract.METRICS, "oldest_seconds"):
        assert f"({name}" in queries, name
    groups = {each["LogGroupName"] for each in composed.of_type("AWS::Logs::LogGroup").values()}
    assert set(re.findall(r"SOURCE '([^']+)'", queries)) <= groups
    places = [(each["x"], each["y"]) for each in body["widgets"]]
    assert len(places) == len(set(places))


def test_a_hosted_zone_adds_a_record_and_a_certificate(stacks: Get) -> None:
    composed = stacks("composed")
    assert composed.one("AWS::CertificateManager::Certificate")["DomainName"] == (
        "plum-orchard.example"
    )
    assert len(composed.of_type("AWS::Route53::RecordSet")) == 2
    config = composed.one("AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["Aliases"] == ["plum-orchard.example"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert composed.template["Outputs"][contract.OUT_SITE_URL]["Value"] == (
        "https://plum-orchard.example"
    )
    assert not stacks("direct").of_type("AWS::CertificateManager::Certificate")


def test_a_long_domain_fits_into_the_comment_of_the_distribution(tmp_path: Path) -> None:
    label = "a" * 60
    stack = synthesize(compose(client(domain=f"{label}.{label}.{label}.example")), tmp_path)
    config = stack.one("AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["Comment"].startswith("plum-orchard-prod: aaa")
    assert len(config["Comment"]) == 128


def test_an_existing_certificate_is_used(tmp_path: Path) -> None:
    arn = "arn:aws:acm:us-east-1:111122223333:certificate/0f1e"
    stack = synthesize(compose(client(site={"certificate_arn": arn})), tmp_path)
    config = stack.one("AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["ViewerCertificate"]["AcmCertificateArn"] == arn
    assert config["Aliases"] == ["plum-orchard.example"]
    assert not stack.of_type("AWS::CertificateManager::Certificate")
    assert "Rules" not in stack.template or "CertificateRegion" not in stack.template["Rules"]


def test_a_site_of_one_page_answers_unknown_paths_with_its_home_page(tmp_path: Path) -> None:
    stack = synthesize(compose(client(site={"not_found": "spa"})), tmp_path)
    [answer] = stack.one("AWS::CloudFront::Distribution")["DistributionConfig"][
        "CustomErrorResponses"
    ]
    assert (answer["ErrorCode"], answer["ResponseCode"]) == (404, 200)
    assert answer["ResponsePagePath"] == f"/{contract.ERROR_PAGE}"
    assert stack.template["Outputs"][contract.OUT_ROUTING]["Value"] == "single-page"


# --- data --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "policies"),
    [("composed", ("RetainExceptOnCreate", "Retain")), ("direct", ("Delete", "Delete"))],
)
def test_stores_with_data_are_retained_outside_dev(
    stacks: Get, name: str, policies: tuple[str, str]
) -> None:
    resources = stacks(name).template["Resources"].values()
    holding = [each for each in resources if each["Type"] in HOLD_DATA]
    assert len(holding) >= 4
    for each in holding:
        assert (each["DeletionPolicy"], each["UpdateReplacePolicy"]) == policies
    for table in stacks(name).of_type(Table.resource_type).values():
        [replica] = table["Replicas"]
        assert replica["DeletionProtectionEnabled"] is (name == "composed")


def test_a_table_has_one_replica_with_the_tags_of_its_stack(stack: Synthesized) -> None:
    """Stack tags do not reach the replicas of a global table by themselves."""
    tables = stack.of_type(Table.resource_type)
    assert tables
    for table in tables.values():
        [replica] = table["Replicas"]
        assert replica["Region"] == {"Ref": "AWS::Region"}
        assert {tag["Key"]: tag["Value"] for tag in replica["Tags"]} == stack.blueprint.tags


def test_the_names_of_retained_resources_are_literals_if_the_account_is_known(
    stacks: Get, tmp_path: Path
) -> None:
    """CloudFormation imports by literal names only. Both forms give the same names."""
    named = {
        each["BucketName"] for each in stacks("composed").of_type(Bucket.resource_type).values()
    }
    assert named == {f"plum-orchard-prod-{purpose}-{ACCOUNT}" for purpose in ("site", "data")}
    guest = synthesize(compose(composed()), tmp_path)
    assert {
        text(each["BucketName"]).replace("<AWS::AccountId>", ACCOUNT)
        for each in guest.of_type(Bucket.resource_type).values()
    } == named


def test_tables_have_backups_and_on_demand_billing(stack: Synthesized) -> None:
    for table in stack.of_type(Table.resource_type).values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        [replica] = table["Replicas"]
        assert replica["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["TimeToLiveSpecification"] == {
            "AttributeName": contract.EXPIRES_AT,
            "Enabled": True,
        }


def test_buckets_are_private_and_versioned_and_live_objects_do_not_expire(
    stack: Synthesized,
) -> None:
    for bucket in stack.of_type("AWS::S3::Bucket").values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        for rule in bucket["LifecycleConfiguration"]["Rules"]:
            if "ExpirationInDays" in rule:
                copies = {
                    contract.RAW_BODIES,
                    contract.BODIES_SET_ASIDE,
                    "cache/",
                    contract.COMMITS,
                    contract.PREVIEW_SOURCES,
                }
                assert rule["Prefix"] in copies


def test_everything_requires_tls(stack: Synthesized) -> None:
    for kind, count in {"AWS::S3::BucketPolicy": 2, "AWS::SQS::QueuePolicy": 1}.items():
        policies = stack.of_type(kind).values()
        assert len(policies) == count
        for policy in policies:
            first = policy["PolicyDocument"]["Statement"][0]
            assert first["Effect"] == "Deny"
            assert first["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_releases_and_assets_are_written_once(stack: Synthesized) -> None:
    said = [
        statement
        for policy in stack.of_type("AWS::S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Sid"] == "ReleasesAreWrittenOnce"
    ]
    [deny] = said
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == (
        "Deny",
        "*",
        "s3:PutObject",
    )
    assert deny["Condition"] == {
        "Null": {"s3:if-none-match": "true"},
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }
    assert [text(each).rpartition(">")[2] for each in deny["Resource"]] == [
        "/releases/*",
        "/assets/*",
    ]


# --- failures ----------------------------------------------------------------------------------


def test_every_function_has_a_failure_destination(stack: Synthesized) -> None:
    failing = {
        each["FunctionName"]["Ref"]: text(each["DestinationConfig"]["OnFailure"]["Destination"])
        for each in stack.of_type("AWS::Lambda::EventInvokeConfig").values()
    }
    assert set(failing) == set(stack.of_type("AWS::Lambda::Function"))
    assert all("DeadLetters" in each for each in failing.values())


def test_every_other_hop_has_a_dead_letter_destination(stack: Synthesized) -> None:
    hops = [
        *(
            s["Target"]["DeadLetterConfig"]
            for s in stack.of_type("AWS::Scheduler::Schedule").values()
        ),
        *(r["Targets"][0]["DeadLetterConfig"] for r in stack.of_type("AWS::Events::Rule").values()),
    ]
    assert len(hops) >= 2
    assert all("DeadLetters" in text(hop["Arn"]) for hop in hops)
    for stream in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        assert "DeadLetters" in text(stream["DestinationConfig"]["OnFailure"]["Destination"])


def test_nothing_polls_a_queue(stack: Synthesized) -> None:
    """Every SQS trigger would poll at $0.25 a month, idle."""
    for trigger in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        assert "stream" in text(trigger["EventSourceArn"]).lower()
    for subscription in stack.of_type("AWS::SNS::Subscription").values():
        assert subscription["Protocol"] != "sqs"


# --- names and kinds ---------------------------------------------------------------------------


def test_every_name_contains_client_and_environment(stack: Synthesized) -> None:
    names = stack.blueprint.names
    keys = re.compile(r"^(Name|\w+Name)$")
    own_names = {
        "BucketName", "TableName", "TopicName", "QueueName", "FunctionName", "RoleName",
        "AlarmName", "LogGroupName", "StateMachineName", "DashboardName", "Name",
    }  # fmt: skip
    for logical_id, resource in stack.template["Resources"].items():
        if resource["Type"] == "AWS::Route53::RecordSet":
            continue
        for key, value in resource.get("Properties", {}).items():
            if keys.match(key) and key in own_names and not isinstance(value, dict):
                assert names.client_id in value, (logical_id, key, value)
                if resource["Type"] != "AWS::ApiGatewayV2::Api":
                    assert names.resource_prefix in value, (logical_id, key, value)


def test_no_custom_resource_and_no_hidden_function(stack: Synthesized) -> None:
    """They need Node and the SDK in a separate function, and fail on the embedded cloud."""
    kinds = {resource["Type"] for resource in stack.template["Resources"].values()}
    assert not [
        kind for kind in kinds if kind.startswith(("Custom::", "AWS::CloudFormation::Cust"))
    ]
    count = 4 if stack.blueprint.integration_mode == "event_driven" else 2
    count += sum(1 for part in (Forms, Login) if stack.blueprint.find(part))
    assert len(stack.of_type("AWS::Lambda::Function")) == count


def test_functions_run_on_arm(stack: Synthesized) -> None:
    for function in stack.of_type("AWS::Lambda::Function").values():
        assert function["Architectures"] == ["arm64"]
        assert function["Runtime"] == "python3.13"
        assert re.fullmatch(r"lambdas\.[a-z_]+\.handler\.handler", function["Handler"])


def test_every_log_group_has_a_retention_period(stack: Synthesized) -> None:
    for log in stack.of_type("AWS::Logs::LogGroup").values():
        assert log["RetentionInDays"] == 30


def test_every_taggable_resource_has_the_tags_of_the_client(stacks: Get) -> None:
    composed = stacks("composed")
    for kind in ("AWS::S3::Bucket", "AWS::Lambda::Function"):
        for properties in composed.of_type(kind).values():
            tags = {each["Key"]: each["Value"] for each in properties["Tags"]}
            assert tags["platform:client"] == "plum-orchard"
            assert tags["platform:environment"] == "prod"
            assert tags["label:team"] == "north"
