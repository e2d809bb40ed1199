"""Unpacking a build's source never writes outside its folder."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from platform_cli.local.builds.run import SourceUnavailable, unpack_source

LINK = (stat.S_IFLNK | 0o777) << 16


def make_archive(*names: str, attributes: int = 0) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name in names:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            entry.external_attr = attributes
            packed.writestr(entry, "../../outside")
    return written.getvalue()


@pytest.mark.parametrize(
    "name",
    ["../outside", "../../outside", "/outside", "a/../../outside", "..\\outside", "C:/outside"],
)
def test_entry_names_cannot_escape_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "source"
    unpack_source(make_archive(name, "index.md"), folder)
    assert (folder / "index.md").is_file()
    strays = [path for path in tmp_path.rglob("*") if path.is_file() and folder not in path.parents]
    assert strays == []


def test_a_symbolic_link_is_unpacked_as_a_text_file(tmp_path: Path) -> None:
    unpack_source(make_archive("link", attributes=LINK), tmp_path)
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "link").read_text() == "../../outside"


def test_an_invalid_archive_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable):
        unpack_source(b"PK\x03\x04 and no more", tmp_path)
