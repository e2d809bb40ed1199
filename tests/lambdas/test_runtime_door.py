"""An unexpected error is logged by its type only: its message may contain a body."""

import io
import json
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from lambdas.runtime.entry import UnexpectedError, guard_errors
from platform_core.errors import StoreUnavailable


def behind_a_door(error: Exception) -> tuple[Any, io.StringIO]:
    written = io.StringIO()
    log = Logger(service="test", stream=written)

    @guard_errors(log)
    def handler(event: dict[str, Any], context: Any) -> Any:
        raise error

    return handler, written


def test_an_unexpected_error_is_logged_without_its_message() -> None:
    handler, written = behind_a_door(KeyError("card number 4242"))
    with pytest.raises(UnexpectedError) as caught:
        handler({}, None)
    line = json.loads(written.getvalue())
    assert (line["message"], line["error"]) == ("bug", "KeyError")
    assert line["where"][-1].startswith("test_runtime_door.py:")
    assert "4242" not in written.getvalue() + str(caught.value)
    assert caught.value.__suppress_context__


def test_an_expected_failure_is_not_changed() -> None:
    handler, written = behind_a_door(StoreUnavailable("inbox: Throttled"))
    with pytest.raises(StoreUnavailable):
        handler({}, None)
    assert written.getvalue() == ""
