"""Mark numbers of a log line as metrics, in CloudWatch's embedded metric format.

The member `_aws` of a log line names the other members that CloudWatch counts. The format:
docs.aws.amazon.com, AmazonCloudWatch/latest/monitoring,
CloudWatch_Embedded_Metric_Format_Specification.html, read 2026-11-24.
"""

from collections.abc import Mapping

from platform_core import contract

DIMENSION = "provider"


def with_metrics(facts: Mapping[str, object], now: float) -> dict[str, object]:
    """Return the facts with the directive that marks metrics among them.

    `provider` must be a provider of this client: every other value would create a metric, and
    AWS charges for each. AWS charges by the hour in which a metric has a value, too, so a zero is
    not marked.
    """
    metrics = [
        {"Name": name, "Unit": unit} for name, unit in contract.METRICS.items() if facts.get(name)
    ]
    if not metrics:
        return dict(facts)
    directive = {
        "Namespace": contract.METRICS_NAMESPACE,
        "Dimensions": [[DIMENSION] if DIMENSION in facts else []],
        "Metrics": metrics,
    }
    return {**facts, "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]}}
