"""Whole templates, so that every change of one is visible. `UPDATE_GOLDEN=1` updates them.

Content that others own and change often is replaced by its name: the engine's buildspec and the
edge function's code.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.infra.clients import Synthesized

GOLDEN = Path(__file__).parent / "golden"


def normalized(template: dict[str, Any]) -> str:
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CodeBuild::Project":
            properties["Source"]["BuildSpec"] = "(the engine's)"
        if resource["Type"] == "AWS::CloudFront::Function":
            properties["FunctionCode"] = "(edge.js)"
    return json.dumps(template, indent=1, sort_keys=True) + "\n"


def test_the_template_has_not_changed(stack: Synthesized, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / f"{request.node.callspec.params['stack']}.json"
    current = normalized(json.loads(stack.path.read_text()))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(current)
    assert current == golden.read_text(), f"if it is meant to be: UPDATE_GOLDEN=1 pytest {__file__}"
