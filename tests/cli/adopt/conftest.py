"""An empty workspace for an adopted site."""

from pathlib import Path

import pytest


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace, and the current folder."""
    (tmp_path / "shops" / "clients").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "shops")
    return tmp_path / "shops"
