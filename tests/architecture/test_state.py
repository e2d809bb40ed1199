"""Law 11: state is typed and shared (docs/decisions/0001)."""

import re

from tests.architecture.sources import SOURCES, name


def test_actions_are_values() -> None:
    """Law 11: only the codec of the actions knows how a message spells them."""
    spelling = {name(path) for path in SOURCES if re.search(r"\bACTION_[A-Z]+\b", path.read_text())}
    assert spelling == {
        "src/platform_core/contract/actions.py",
        "src/platform_core/pipeline/actions.py",
    }
