"""Whole templates, so that no change of one goes unseen. `UPDATE_GOLDEN=1` writes them anew.

What others own and change often is named instead of shown: the engine's buildspec and the edge
function's code.
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


def test_the_template_is_as_it_was(stack: Synthesized, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / f"{request.node.callspec.params['stack']}.json"
    seen = normalized(json.loads(stack.path.read_text()))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(seen)
    assert seen == golden.read_text(), f"if it is meant to be: UPDATE_GOLDEN=1 pytest {__file__}"
