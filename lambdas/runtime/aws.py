"""AWS clients with patience that suits their caller; every one is made at import, never later."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

FAULTS = (BotoCoreError, ClientError)
"""What a call to AWS can raise."""
PATIENT = Config(
    connect_timeout=3, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 4}
)
BRISK = Config(
    connect_timeout=1,
    read_timeout=1.5,
    retries={"total_max_attempts": 1},
    parameter_validation=False,
    user_agent="platform",
)
"""For the acknowledgement path: the door itself tries again, and then the sender does. What it
sends is made of text and numbers by one function, and AWS checks it anyway; a user agent that
botocore puts together anew for each request is a sixth of the whole acknowledgement's CPU."""


def client(service: str, config: Config = PATIENT) -> Any:
    return boto3.client(service, config=config)


def code(error: Exception) -> str:
    """AWS's name for an error; empty where AWS did not answer."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""
