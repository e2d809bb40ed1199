"""One structured line per event of the log: facts and ids, never a body, never a secret."""

from aws_lambda_powertools import Logger


def logger(service: str) -> Logger:
    """The function's log; `log.info("accepted", extra={...})` writes one JSON line."""
    return Logger(service=service, utc=True, use_rfc3339=True)
