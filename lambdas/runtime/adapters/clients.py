"""AWS clients. Every client is made at import, because making one takes longer than a request."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

AWS_ERRORS = (BotoCoreError, ClientError)
"""Errors that a call to AWS can raise."""
PATIENT = Config(
    connect_timeout=3, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 4}
)
FAST_FAIL = Config(
    connect_timeout=1,
    read_timeout=1.5,
    retries={"total_max_attempts": 1},
    parameter_validation=False,
    user_agent="platform",
)
"""For the webhook router, which retries by itself, as does the sender. Validation is off because
one function builds all requests and AWS validates them anyway. The fixed user agent saves a sixth
of the CPU time of an acknowledgement: botocore builds its own for every request."""


def client(service: str, config: Config = PATIENT) -> Any:
    """Return the client of a service."""
    return boto3.client(service, config=config)


def error_code(error: Exception) -> str:
    """Return AWS's code of an error; empty if AWS did not answer."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""
