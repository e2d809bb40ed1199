"""The one place where a function meets an error that nobody expected.

It is logged once and raised again, so that the sender retries; but by its type and place only:
the text of an unexpected error may quote a body, and the platform's own log would print it.
"""

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger

from platform_core.errors import PipelineError

Handler = Callable[[dict[str, Any], Any], Any]


class Bug(RuntimeError):
    """An unexpected error, without its words."""


def door(log: Logger) -> Callable[[Handler], Handler]:
    """A handler whose unexpected errors are named and never quoted."""

    def around(handler: Handler) -> Handler:
        @wraps(handler)
        def guarded(event: dict[str, Any], context: Any) -> Any:
            try:
                return handler(event, context)
            except PipelineError:
                raise
            except Exception as error:  # noqa: BLE001 - the door: named here, then raised again
                where = [
                    f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
                    for frame in traceback.extract_tb(error.__traceback__)[-5:]
                ]
                request = (event.get("requestContext") or {}).get("requestId")
                named = {"error": type(error).__name__, "where": where, "request_id": request}
                log.error("bug", extra=named)
                raise Bug(f"{type(error).__name__} at {where[-1]}") from None

        return guarded

    return around
