"""The lines of the core are lines of the function: JSON with their facts and the client."""

import json
import logging
from uuid import uuid4

import pytest

from lambdas.runtime.env import ClientSettings
from lambdas.runtime.log import make_logger
from platform_core.provider_kit.left_out import log_left_out

CLIENT = ClientSettings("acme", "prod", "direct", {}, "ssm", None)


def test_an_item_that_is_left_out_has_a_reason_and_its_client(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_logger(uuid4().hex, CLIENT)
    log_left_out("a variant", "7", "no price")
    logging.getLogger("platform_core.providers.any").info("skipped", extra={"reason": "language"})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["level"], line["client_id"], line["reason"]) for line in lines] == [
        ("WARNING", "acme", "no price"),
        ("INFO", "acme", "language"),
    ]


def test_a_line_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        make_logger(uuid4().hex, CLIENT)
    log_left_out("a variant", "7", "no price")
    assert len(capsys.readouterr().out.splitlines()) == 1
