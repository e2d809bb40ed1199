"""Public names do not change: `UPDATE_GOLDEN=1` writes the golden files.

Scripts, configuration files, plugins and dashboards of others use these names. Adding a name is
safe; changing or removing one breaks its users.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract import public
from tests.contract.shapes import offline

GOLDEN = Path(__file__).parent / "golden" / "names"
NAMES: dict[str, Callable[[], Any]] = {
    "verbs": public.verbs,
    "exit_codes": public.exit_codes,
    "config_fields": public.config_fields,
    "variables": public.variables,
    "contract": public.contract_values,
    "stacks": public.stacks,
    "modules": public.faces,
    "package": public.package,
    "json_of_verbs": offline,
}
ELSEWHERE = {"json_of_deployed_verbs"}
"""`tests/local/test_end_to_end.py` compares these, because it has a deployed client."""


@pytest.mark.parametrize("name", NAMES)
def test_public_names_have_not_changed(name: str) -> None:
    golden = GOLDEN / f"{name}.json"
    text = json.dumps(NAMES[name](), indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text)
    assert text == golden.read_text(), f"if it is meant to be: UPDATE_GOLDEN=1 pytest {__file__}"


def test_every_golden_file_is_compared() -> None:
    assert set(NAMES) | ELSEWHERE == {path.stem for path in GOLDEN.glob("*.json")}


def test_every_promised_exit_code_exists() -> None:
    from platform_cli.errors import Exit

    assert public.exit_codes() == sorted(int(code) for code in Exit)
