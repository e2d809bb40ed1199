"""Alarms: one for each queue and each log line that calls for a person.

The parts own them (`log_alarms`, `Queue.alarm`). A metric filter emits no zeros: in an hour without
such a line its metric costs nothing.
"""

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from platform_cli.blueprint import model
from platform_cli.blueprint.stores import LogAlarm, Queue, QueueAlarm
from platform_cli.infra.parts.dashboard import widgets
from platform_cli.infra.permissions import OWN_ACCOUNT, deny_plain_http, document
from platform_cli.infra.shared_resources import SharedResources
from platform_core import contract

SECONDS_A_MINUTE = 60
STACK_NAME_TAG = "aws:cloudformation:stack-name"
"""AWS's own tag of every resource of a stack."""
BUDGET_NOTIFICATIONS = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))
"""Costs so far, or expected for the month, and the percentage of the budget."""


class Alarms(Construct):
    """The alarms that the parts own, their topic, and a dashboard where the client has one."""

    def __init__(self, scope: Construct, shared: SharedResources, part: model.Alarms) -> None:
        super().__init__(scope, "Alarms")
        self.shared = shared
        self.namespace = f"Platform/{shared.blueprint.names.resource_prefix}"
        self.actions = [self._add_topic(part.notify_email)] if part.notify_email else []
        alarms = [
            *(
                self._add_queue_alarm(store, store.alarm)
                for store in shared.blueprint.stores
                if isinstance(store, Queue) and store.alarm
            ),
            *map(self._add_log_alarm, shared.blueprint.log_alarms),
        ]
        if part.notify_email and part.budget_usd_per_month and shared.blueprint.offers.budgets:
            self._add_budget(part.budget_usd_per_month, part.notify_email)
        if part.dashboard:
            self._add_dashboard([alarm.attr_arn for alarm in alarms])

    def _add_topic(self, email: str) -> str:
        topic = sns.CfnTopic(self, "Topic", topic_name=self.shared.names.topic("alarms"))
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

    def _add_queue_alarm(self, queue: Queue, alarm: QueueAlarm) -> cloudwatch.CfnAlarm:
        """Add an alarm that fires while the queue holds a message."""
        return cloudwatch.CfnAlarm(
            self,
            queue.id,
            alarm_name=self.shared.names.alarm(alarm.purpose),
            alarm_description=alarm.description,
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions=[
                cloudwatch.CfnAlarm.DimensionProperty(
                    name="QueueName", value=self.shared.stores.queue(queue).attr_queue_name
                )
            ],
            statistic="Maximum",
            period=5 * SECONDS_A_MINUTE,
            evaluation_periods=1,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=self.actions,
        )

    def _add_log_alarm(self, alarm: LogAlarm) -> cloudwatch.CfnAlarm:
        own_scope = Construct(self, "".join(word.capitalize() for word in alarm.purpose.split("-")))
        logs.CfnMetricFilter(
            own_scope,
            "Count",
            log_group_name=self.shared.logs[alarm.logged_by].ref,
            filter_pattern=f'{{ $.{contract.ALARM} = "{alarm.line}" }}',
            metric_transformations=[
                logs.CfnMetricFilter.MetricTransformationProperty(
                    metric_namespace=self.namespace, metric_name=alarm.line, metric_value="1"
                )
            ],
        )
        return cloudwatch.CfnAlarm(
            own_scope,
            "Alarm",
            alarm_name=self.shared.names.alarm(alarm.purpose),
            alarm_description=alarm.description,
            namespace=self.namespace,
            metric_name=alarm.line,
            statistic="Sum",
            period=alarm.within_minutes * SECONDS_A_MINUTE,
            evaluation_periods=1,
            threshold=alarm.at_least,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=self.actions,
        )

    def _add_budget(self, usd_per_month: float, email: str) -> None:
        """Add a budget for the costs of this stack, without the credits that would hide them."""
        blueprint = self.shared.blueprint
        stack_tag = f"{STACK_NAME_TAG}${blueprint.names.deployment_name}"
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=blueprint.names.resource_prefix,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=usd_per_month, unit="USD"),
                cost_filters={"TagKeyValue": [stack_tag]},
                cost_types=budgets.CfnBudget.CostTypesProperty(
                    include_credit=False, include_refund=False
                ),
            ),
            notifications_with_subscribers=[
                _notification(kind, percent, email) for kind, percent in BUDGET_NOTIFICATIONS
            ],
        )

    def _add_dashboard(self, alarms: list[str]) -> None:
        body = {"widgets": widgets(self.shared, alarms)}
        cloudwatch.CfnDashboard(
            self,
            "Dashboard",
            dashboard_name=self.shared.names.dashboard,
            dashboard_body=self.shared.stack.to_json_string(body),
        )


def _notification(
    kind: str, percent: int, email: str
) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
        ),
        subscribers=[
            budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email)
        ],
    )
