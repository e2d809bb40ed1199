"""The function's log: one JSON line per event, with facts and ids, never a body or a secret."""

import json
import logging

from aws_lambda_powertools import Logger

import platform_core
from lambdas.runtime.env import ClientSettings


def make_logger(service: str, client: ClientSettings) -> Logger:
    """Return the function's logger. Every line names the client, also those of the core.

    `metrics.with_metrics` marks the facts of a line that are metrics.
    """
    logger = Logger(
        service=service,
        utc=True,
        use_rfc3339=True,
        json_serializer=_to_ascii_json,
        client_id=client.client_id,
        environment=client.environment,
    )
    # Lambda's own handler would write plain text, without the facts and without the client.
    core = logging.getLogger(platform_core.__name__)
    core.handlers = [logger.registered_handler]
    core.setLevel(logger.log_level)
    core.propagate = False
    return logger


def _to_ascii_json(line: dict[str, object]) -> str:
    """Return the line as ASCII: a lone surrogate in forged input would break a UTF-8 stream."""
    return json.dumps(line, default=str, separators=(",", ":"))
