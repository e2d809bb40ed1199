"""Handle unexpected errors at the entry point of a function.

An unexpected error is logged once and raised again, so that the sender retries. Only its type and
place are logged: its text may quote a body, and Lambda's own log would print it.
"""

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger

from platform_core.errors import PipelineError

Handler = Callable[[dict[str, Any], Any], Any]


class UnexpectedError(RuntimeError):
    """An unexpected error, without its text."""


def guard_errors(log: Logger) -> Callable[[Handler], Handler]:
    """Decorate a handler so that it raises unexpected errors without their text."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def guarded_handler(event: dict[str, Any], context: Any) -> Any:
            try:
                return handler(event, context)
            except PipelineError:
                raise
            except Exception as error:  # noqa: BLE001 - entry point: logged here, then raised again
                where = [
                    f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
                    for frame in traceback.extract_tb(error.__traceback__)[-5:]
                ]
                request_id = (event.get("requestContext") or {}).get("requestId")
                facts = {"error": type(error).__name__, "where": where, "request_id": request_id}
                log.error("bug", extra=facts)
                raise UnexpectedError(f"{type(error).__name__} at {where[-1]}") from None

        return guarded_handler

    return decorate
