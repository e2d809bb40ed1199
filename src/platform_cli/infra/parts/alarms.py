"""What wakes a person: six alarms, each for something that a person must do.

Most count a line that a function logs (`contract.ALARM`): such a metric costs nothing in an hour
without such a line, and emits no zeros.
"""

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from platform_cli.infra.ground import Ground
from platform_cli.infra.parts.dashboard import widgets
from platform_cli.infra.permissions import OWN_ACCOUNT, deny_plain_http, document
from platform_cli.resolve import blueprint
from platform_core import contract

MINUTE = 60
DAY = 24 * 60
"""Minutes: a vendor is looked at once in so many."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One alarm on a logged line."""

    purpose: str
    line: str
    logged_by: str
    says: str
    at_least: int = 1
    within_minutes: int = 5


class Alarms(Construct):
    """The alarms, whom they tell, and a dashboard where one is wanted."""

    def __init__(self, scope: Construct, ground: Ground, part: blueprint.Alarms) -> None:
        super().__init__(scope, "Alarms")
        self.ground = ground
        self.namespace = f"Platform/{ground.blueprint.names.resource_prefix}"
        self.actions = [self._tell(part.notify_email)] if part.notify_email else []
        laid = [self._dead_letters(), *map(self._watch, _watches(ground))]
        if part.dashboard:
            self._dashboard([alarm.attr_arn for alarm in laid])

    def _tell(self, email: str) -> str:
        topic = sns.CfnTopic(self, "Topic", topic_name=self.ground.names.topic("alarms"))
        sns.CfnTopicPolicy(
            self,
            "TopicPolicy",
            topics=[topic.ref],
            policy_document=document(
                {
                    "Sid": "AlarmsTell",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": topic.ref,
                    "Condition": OWN_ACCOUNT,
                },
                deny_plain_http(topic.ref, actions="sns:Publish"),
            ),
        )
        sns.CfnSubscription(self, "Email", topic_arn=topic.ref, protocol="email", endpoint=email)
        return topic.ref

    def _dead_letters(self) -> cloudwatch.CfnAlarm:
        return cloudwatch.CfnAlarm(
            self,
            "DeadLetters",
            alarm_name=self.ground.names.alarm("dead-letters"),
            alarm_description="Deliveries or calls were given up: see `platform status`.",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions=[
                cloudwatch.CfnAlarm.DimensionProperty(
                    name="QueueName", value=self.ground.dead_letters.attr_queue_name
                )
            ],
            statistic="Maximum",
            period=5 * MINUTE,
            evaluation_periods=1,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=self.actions,
        )

    def _watch(self, watch: Watch) -> cloudwatch.CfnAlarm:
        place = Construct(self, "".join(word.capitalize() for word in watch.purpose.split("-")))
        logs.CfnMetricFilter(
            place,
            "Count",
            log_group_name=self.ground.logs[watch.logged_by].ref,
            filter_pattern=f'{{ $.{contract.ALARM} = "{watch.line}" }}',
            metric_transformations=[
                logs.CfnMetricFilter.MetricTransformationProperty(
                    metric_namespace=self.namespace, metric_name=watch.line, metric_value="1"
                )
            ],
        )
        return cloudwatch.CfnAlarm(
            place,
            "Alarm",
            alarm_name=self.ground.names.alarm(watch.purpose),
            alarm_description=watch.says,
            namespace=self.namespace,
            metric_name=watch.line,
            statistic="Sum",
            period=watch.within_minutes * MINUTE,
            evaluation_periods=1,
            threshold=watch.at_least,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=self.actions,
        )

    def _dashboard(self, alarms: list[str]) -> None:
        shown = {"widgets": widgets(self.ground, alarms)}
        cloudwatch.CfnDashboard(
            self,
            "Dashboard",
            dashboard_name=self.ground.names.dashboard,
            dashboard_body=self.ground.stack.to_json_string(shown),
        )


def _watches(ground: Ground) -> list[Watch]:
    """By who logs the line; a part that is not there logs nothing."""
    builds = [
        Watch(
            "build-failed",
            contract.ALARM_BUILD,
            "builder",
            "A build failed or the site is held: see `platform status`.",
        ),
        Watch(
            "build-stuck",
            contract.ALARM_STUCK,
            "builder",
            "A build outlived its hard limit: see `platform builds`.",
        ),
    ]
    worker = "ingest" if ground.content_table else "builder"
    return [*builds, *_of_deliveries(worker)] if ground.inbox_table else builds


def _of_deliveries(worker: str) -> list[Watch]:
    """`worker`: who drives the inbox."""
    return [
        Watch(
            "oldest-pending",
            contract.ALARM_PENDING,
            worker,
            "A delivery has waited for more than fifteen minutes: see `platform events`.",
            within_minutes=10,
        ),
        Watch(
            "signature-failures",
            contract.ALARM_SIGNATURE,
            "webhook-router",
            "Many deliveries could not prove themselves: a secret differs from the vendor's, "
            "or somebody tries. See `platform secrets list`.",
            at_least=10,
        ),
        Watch(
            "registration-silent",
            contract.ALARM_SILENT,
            worker,
            "A vendor shows changes that never came in: see `platform webhooks verify` and "
            "`platform deadletters list`, then bring them in by `platform sync`.",
            within_minutes=DAY,
        ),
    ]
