"""One structured line per event of the log: facts and ids, never a body, never a secret."""

import json

from aws_lambda_powertools import Logger

from lambdas.runtime.env import Client


def logger(service: str, client: Client) -> Logger:
    """The function's log; `log.info("accepted", extra={...})` writes one JSON line, and whose it
    is. A fact that is a metric stands there once: see `metrics.counted`."""
    return Logger(
        service=service,
        utc=True,
        use_rfc3339=True,
        json_serializer=_as_ascii,
        client_id=client.client_id,
        environment=client.environment,
    )


def _as_ascii(line: dict[str, object]) -> str:
    """A line that any stream can write: half a character, as a forger may send, loses none."""
    return json.dumps(line, default=str, separators=(",", ":"))
