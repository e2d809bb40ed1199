"""What a client's dashboard shows: its alarms, its deliveries and its builds.

The graphs of deliveries are queries of the client's own log lines: they are paid for when somebody
looks, whereas a metric of each client would be paid for in every hour that has a value of it.
"""

from collections.abc import Mapping, Sequence

from platform_cli.infra.ground import Ground
from platform_core import contract

Widget = dict[str, object]

COUNTS = [name for name, unit in contract.METRICS.items() if unit == "Count"]
WIDTH, HEIGHT, HEAD = 12, 6, 3


def widgets(ground: Ground, alarms: Sequence[str]) -> list[Widget]:
    """Two beside each other, under the states of the alarms (by their ARNs)."""
    shown = [*(_deliveries(ground) if ground.inbox_table else ()), *_seen(ground), *_work(ground)]
    states: Widget = {
        "type": "alarm", "x": 0, "y": 0, "width": 2 * WIDTH, "height": HEAD,
        "properties": {"title": "Alarms", "alarms": list(alarms)},
    }  # fmt: skip
    places = [(WIDTH * (n % 2), HEAD + HEIGHT * (n // 2)) for n in range(len(shown))]
    laid = [
        {**widget, "x": x, "y": y, "width": WIDTH, "height": HEIGHT}
        for widget, (x, y) in zip(shown, places, strict=True)
    ]
    return [states, *laid]


def _deliveries(ground: Ground) -> list[Widget]:
    """From the door to the mark that all of a delivery is stored."""
    worker = "ingest" if ground.content_table else "builder"
    sums = ", ".join(f"sum({name}) as {name}s" for name in COUNTS)
    door = [name for name in COUNTS if name not in {contract.APPLIED, contract.PUBLISHED}]
    fates = ", ".join(f"sum({name})" for name in door)
    ack, apply = contract.ACK, contract.APPLY
    return [
        _table(
            ground,
            "Deliveries, by provider",
            ["webhook-router", worker],
            f"filter ispresent(provider) | stats {sums} by provider",
        ),
        _lines(ground, "Deliveries at the door", ["webhook-router"], f"stats {fates}"),
        _lines(
            ground,
            "Until the answer, milliseconds",
            ["webhook-router"],
            f"stats pct({ack}, 50), pct({ack}, 95), max({ack})",
        ),
        _lines(
            ground,
            "From receipt to applied, seconds",
            [worker],
            f"stats pct({apply}, 50), pct({apply}, 95), max({apply})",
        ),
        _lines(ground, "Oldest that waits, seconds", [worker], "stats max(oldest_seconds)"),
    ]


def _seen(ground: Ground) -> list[Widget]:
    spans = ", ".join(f"max({each})" for each in (contract.BUILD, contract.FLIP, contract.LIVE))
    return [
        _lines(ground, "Build, flip, and change to page, seconds", ["builder"], f"stats {spans}")
    ]


def _work(ground: Ground) -> list[Widget]:
    """What AWS counts by itself, for nothing."""
    names = ground.names
    functions = [names.function(each) for each in ground.functions]
    graphs: Mapping[str, list[list[object]]] = {
        "Calls": [["AWS/Lambda", "Invocations", "FunctionName", each] for each in functions],
        "Errors": [["AWS/Lambda", "Errors", "FunctionName", each] for each in functions],
        "Duration, p95": [
            ["AWS/Lambda", "Duration", "FunctionName", each, {"stat": "p95"}] for each in functions
        ],
        "Builds": [
            ["AWS/CodeBuild", metric, "ProjectName", names.build_project]
            for metric in ("SucceededBuilds", "FailedBuilds")
        ],
    }
    return [
        {
            "type": "metric",
            "properties": {
                "title": title,
                "metrics": metrics,
                "region": ground.stack.region,
                "stat": "Sum",
                "period": 300,
            },
        }
        for title, metrics in graphs.items()
    ]


def _lines(ground: Ground, title: str, logs: Sequence[str], query: str) -> Widget:
    return _query(ground, title, logs, f"{query} by bin(5m)", view="timeSeries")


def _table(ground: Ground, title: str, logs: Sequence[str], query: str) -> Widget:
    return _query(ground, title, logs, query, view="table")


def _query(ground: Ground, title: str, logs: Sequence[str], query: str, *, view: str) -> Widget:
    """Over the log groups of these functions."""
    sources = [f"SOURCE '/aws/lambda/{ground.names.function(each)}'" for each in logs]
    return {
        "type": "log",
        "properties": {
            "title": title,
            "query": " | ".join([*sources, query]),
            "region": ground.stack.region,
            "view": view,
        },
    }
