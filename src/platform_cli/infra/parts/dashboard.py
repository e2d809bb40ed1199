"""The widgets of a client's dashboard: its alarms, its deliveries and its builds.

The graphs of deliveries are queries of the client's own log lines. A query costs money only while
a person looks at it; a metric of each client would cost money in every hour that has a value.
"""

from collections.abc import Mapping, Sequence

from platform_cli.blueprint import model
from platform_cli.infra.shared_resources import SharedResources
from platform_core import contract

Widget = dict[str, object]

COUNTS = [name for name, unit in contract.METRICS.items() if unit == "Count"]
WIDTH, HEIGHT, HEAD = 12, 6, 3


def widgets(shared: SharedResources, alarms: Sequence[str]) -> list[Widget]:
    """Return the states of the alarms (by their ARNs), and the graphs in two columns below."""
    webhooks = shared.blueprint.find(model.Webhooks)
    graphs = [
        *(_deliveries(shared, webhooks.worker) if webhooks else ()),
        _builds(shared),
        *_aws_metrics(shared),
    ]
    states: Widget = {
        "type": "alarm", "x": 0, "y": 0, "width": 2 * WIDTH, "height": HEAD,
        "properties": {"title": "Alarms", "alarms": list(alarms)},
    }  # fmt: skip
    places = [(WIDTH * (n % 2), HEAD + HEIGHT * (n // 2)) for n in range(len(graphs))]
    placed = [
        {**graph, "x": x, "y": y, "width": WIDTH, "height": HEIGHT}
        for graph, (x, y) in zip(graphs, places, strict=True)
    ]
    return [states, *placed]


def _deliveries(shared: SharedResources, worker: str) -> list[Widget]:
    """Return the graphs of deliveries, from receipt to the mark that all of one is stored."""
    sums = ", ".join(f"sum({name}) as {name}s" for name in COUNTS)
    at_receipt = [name for name in COUNTS if name not in {contract.APPLIED, contract.PUBLISHED}]
    results = ", ".join(f"sum({name})" for name in at_receipt)
    ack, apply = contract.ACK, contract.APPLY
    return [
        _table(
            shared,
            "Deliveries, by provider",
            ["webhook-router", worker],
            f"filter ispresent(provider) | stats {sums} by provider",
        ),
        _lines(shared, "Deliveries at the door", ["webhook-router"], f"stats {results}"),
        _lines(
            shared,
            "Until the answer, milliseconds",
            ["webhook-router"],
            f"stats pct({ack}, 50), pct({ack}, 95), max({ack})",
        ),
        _lines(
            shared,
            "From receipt to applied, seconds",
            [worker],
            f"stats pct({apply}, 50), pct({apply}, 95), max({apply})",
        ),
        _lines(shared, "Oldest that waits, seconds", [worker], "stats max(oldest_seconds)"),
    ]


def _builds(shared: SharedResources) -> Widget:
    spans = ", ".join(f"max({span})" for span in (contract.BUILD, contract.FLIP, contract.LIVE))
    title = "Build, flip, and change to page, seconds"
    return _lines(shared, title, ["builder"], f"stats {spans}")


def _aws_metrics(shared: SharedResources) -> list[Widget]:
    """Return the graphs of metrics that AWS counts by itself, free of charge."""
    names = shared.names
    functions = [names.function(purpose) for purpose in shared.functions]
    graphs: Mapping[str, list[list[object]]] = {
        "Calls": [["AWS/Lambda", "Invocations", "FunctionName", name] for name in functions],
        "Errors": [["AWS/Lambda", "Errors", "FunctionName", name] for name in functions],
        "Duration, p95": [
            ["AWS/Lambda", "Duration", "FunctionName", name, {"stat": "p95"}] for name in functions
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
                "region": shared.stack.region,
                "stat": "Sum",
                "period": 300,
            },
        }
        for title, metrics in graphs.items()
    ]


def _lines(shared: SharedResources, title: str, logs: Sequence[str], query: str) -> Widget:
    return _query(shared, title, logs, f"{query} by bin(5m)", view="timeSeries")


def _table(shared: SharedResources, title: str, logs: Sequence[str], query: str) -> Widget:
    return _query(shared, title, logs, query, view="table")


def _query(
    shared: SharedResources, title: str, logs: Sequence[str], query: str, *, view: str
) -> Widget:
    """Return a graph of a query over the log groups of these functions."""
    sources = [f"SOURCE '/aws/lambda/{shared.names.function(purpose)}'" for purpose in logs]
    return {
        "type": "log",
        "properties": {
            "title": title,
            "query": " | ".join([*sources, query]),
            "region": shared.stack.region,
            "view": view,
        },
    }
