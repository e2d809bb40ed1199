"""The function's log: one JSON line per event, with facts and ids, never a body or a secret."""

import json

from aws_lambda_powertools import Logger

from lambdas.runtime.env import ClientSettings


def make_logger(service: str, client: ClientSettings) -> Logger:
    """Return the function's logger. Every line names the client.

    `metrics.with_metrics` marks the facts of a line that are metrics.
    """
    return Logger(
        service=service,
        utc=True,
        use_rfc3339=True,
        json_serializer=_to_ascii_json,
        client_id=client.client_id,
        environment=client.environment,
    )


def _to_ascii_json(line: dict[str, object]) -> str:
    """Return the line as ASCII: a lone surrogate in forged input would break a UTF-8 stream."""
    return json.dumps(line, default=str, separators=(",", ":"))
