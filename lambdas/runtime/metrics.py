"""Which numbers of a log line are metrics: CloudWatch's embedded metric format.

The line is written anyway; one more member of it, `_aws`, names those of the others that CloudWatch
shall count. Its rules: docs.aws.amazon.com, AmazonCloudWatch/latest/monitoring,
CloudWatch_Embedded_Metric_Format_Specification.html, read 2026-11-24.
"""

from collections.abc import Mapping

from platform_core import contract

DIMENSION = "provider"


def counted(facts: Mapping[str, object], now: float) -> dict[str, object]:
    """The facts, and which of them are metrics. Whoever writes a line's `provider` must know it for
    a provider of this client: each other value would be a metric that is paid for.

    A metric costs in each hour that has a value of it, so a zero is none.
    """
    found = [
        {"Name": name, "Unit": unit} for name, unit in contract.METRICS.items() if facts.get(name)
    ]
    if not found:
        return dict(facts)
    directive = {
        "Namespace": contract.METRICS_NAMESPACE,
        "Dimensions": [[DIMENSION] if DIMENSION in facts else []],
        "Metrics": found,
    }
    return {**facts, "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]}}
