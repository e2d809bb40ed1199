"""Turn an error of a service that no caller expected into a plain message.

A slow or refusing service is no bug of this program, whichever call it answers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from platform_cli.errors import PlatformError
from platform_cli.targets.target import ServiceUnavailable

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

HINT = "run the command again; --debug shows the traceback"


def to_platform_error(error: Exception) -> PlatformError | None:
    """Return the message for an error of AWS or of HTTP; None for any other error."""
    import httpx2
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, WaiterError

    match error:
        case ClientError():
            return to_service_error(error)
        case HTTPClientError() | WaiterError() | httpx2.TransportError():
            text = str(error) or type(error).__name__
            return ServiceUnavailable(f"a service did not respond in time: {text}", hint=HINT)
        case BotoCoreError() | httpx2.HTTPError():
            return ServiceUnavailable(f"a service call failed: {error}", hint=HINT)
    return None


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise `PlatformError` in place of an error of AWS, of HTTP or of a file.

    It is for a command that goes on after an error, such as a watch.
    """
    import httpx2
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError, httpx2.HTTPError, OSError) as error:
        plain = to_platform_error(error)
        if plain is None:
            where = str(getattr(error, "filename", None) or "")
            plain = PlatformError(getattr(error, "strerror", None) or str(error), where=where)
        raise plain from error


def to_service_error(error: "ClientError") -> ServiceUnavailable:
    """Return the plain error for a call that a service of AWS refused."""
    details = error.response.get("Error", {})
    reason = f"{details.get('Code', 'no code')}: {details.get('Message', 'no reason')}"
    return ServiceUnavailable(f"{error.operation_name} failed: {reason}", hint=HINT)
