"""The embedded metric format as specified: the metrics that CloudWatch extracts from a line.

docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring, read 2026-11-24:
CloudWatch_Embedded_Metric_Format_Specification.html, cloudwatch_concepts.html (units).
"""

from collections.abc import Iterator, Mapping
from typing import Any

FOURTEEN_DAYS = 14 * 24 * 3600
UNITS = {"Count", "Seconds", "Milliseconds", "Bytes", "Percent", "None"}
"""The units that the project could use; CloudWatch knows more."""
Metric = tuple[str, str, float]


def metrics(line: Mapping[str, Any], now: float) -> list[Metric]:
    """Return (name, provider or "", value) of each metric of a line. Raises where a rule is
    broken."""
    if "_aws" not in line:
        return []
    metadata = line["_aws"]
    assert set(metadata) == {"Timestamp", "CloudWatchMetrics"}, "and no other member"
    assert isinstance(metadata["Timestamp"], int)
    age = now - metadata["Timestamp"] / 1000
    assert -2 * 3600 < age < FOURTEEN_DAYS, "milliseconds since the epoch, not far from now"
    return [
        metric
        for directive in metadata["CloudWatchMetrics"]
        for metric in _directive(directive, line)
    ]


def _directive(directive: Mapping[str, Any], line: Mapping[str, Any]) -> Iterator[Metric]:
    assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
    assert 0 < len(directive["Namespace"]) <= 255
    assert not directive["Namespace"].startswith("AWS/"), "reserved"
    assert 0 < len(directive["Metrics"]) <= 100
    for keys in directive["Dimensions"]:
        assert len(keys) <= 30
        for key in keys:
            assert isinstance(line[key], str), "a dimension's value stands on the line, as text"
            assert 0 < len(line[key]) <= 1024
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert len(names) == len(set(names))
    for metric in directive["Metrics"]:
        assert set(metric) <= {"Name", "Unit", "StorageResolution"}
        assert 0 < len(metric["Name"]) <= 1024
        assert metric.get("Unit", "None") in UNITS
        value = line[metric["Name"]]
        assert type(value) in {int, float}, "a number"
        for keys in directive["Dimensions"]:
            yield metric["Name"], "/".join(line[key] for key in keys), value
