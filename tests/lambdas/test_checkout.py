"""The checkout of a build whose site renders its own repository."""

import io
import zipfile
from pathlib import Path

import pytest

from lambdas.publisher import checkout


def archive(**files: bytes) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name.replace("__", "/"))
            entry.external_attr = (0o755 if content.startswith(b"#!") else 0o644) << 16
            file.writestr(entry, content)
    return buffer


def test_a_commit_lies_in_a_folder_of_its_own(tmp_path: Path) -> None:
    count = checkout.unpack(archive(build=b"#!/bin/sh", pages__a=b"a"), tmp_path / "site")
    assert count == 2
    assert (tmp_path / "site/pages/a").read_bytes() == b"a"
    assert (tmp_path / "site/build").stat().st_mode & 0o111
    assert not (tmp_path / "site/pages/a").stat().st_mode & 0o111


@pytest.mark.parametrize("name", ["../a", "/a", "b/../../a"])
def test_no_path_leads_outside(tmp_path: Path, name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, b"x")
    (tmp_path / "site").mkdir()
    with pytest.raises(checkout.CheckoutError, match="leads outside"):
        checkout.unpack(buffer, tmp_path / "site")
    assert not (tmp_path / "a").exists()


def test_a_file_of_the_site_wins_over_one_of_the_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for path, text in {
        "under/static/admin/index.html": "ours",
        "under/static/admin/config.yml": "ours",
        "site/static/admin/config.yml": "theirs",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    caplog.set_level("INFO")
    monkeypatch.setattr(checkout, "UNDER", tmp_path / "under")
    assert checkout.main([str(tmp_path / "site")], {}) == 0
    assert (tmp_path / "site/static/admin/index.html").read_text() == "ours"
    assert (tmp_path / "site/static/admin/config.yml").read_text() == "theirs"
    assert "added 1 files" in caplog.text
