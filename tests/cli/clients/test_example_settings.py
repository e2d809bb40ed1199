"""Example settings warn in every `validate` and stop a deploy to AWS."""

from pathlib import Path

import pytest

from tests.cli.conftest import Call

MARK = "  # example: replace with your value"


@pytest.fixture
def file(workspace: Path, call: Call) -> Path:
    assert call("new-client", "pear", "--cms", "sanity", "--engine", "hugo", "--no-input").code == 0
    return workspace / "clients" / "pear.yaml"


def test_validate_warns_until_the_value_is_replaced(file: Path, call: Call) -> None:
    for _ in range(2):
        result = call("validate", "pear")
        assert result.code == 0
        assert "pear.yaml:17:19: sanity.project_id is still the example" in result.err
    text = file.read_text()
    (line,) = [line for line in text.splitlines() if line.endswith(MARK)]
    file.write_text(text.replace(line, f"      project_id: zp7mbokg{MARK}"))
    assert "is still the example" not in call("validate", "pear").err


@pytest.mark.parametrize("verb", ["plan", "deploy"])
def test_a_deploy_to_aws_is_refused(file: Path, call: Call, verb: str) -> None:
    result = call(verb, "pear", "--yes")
    assert result.code == 2
    assert "pear.yaml:17:19: sanity.project_id is still the example" in result.err
    assert "remove the comment" in result.err


def test_an_example_in_another_environment_is_found(file: Path, call: Call) -> None:
    text = file.read_text().replace(f"project_id: fjordfrn{MARK}", "project_id: zp7mbokg")
    override = f"""environments:
  staging:
    service_integration:
      cms_config:
        provider: sanity
        settings:
          project_id: fjordfrn{MARK}
"""
    file.write_text(text + override)
    assert "sanity.project_id is still the example" in call("validate", "pear").err
