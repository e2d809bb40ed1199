"""A build's source, unpacked: whatever an archive holds, nothing of it lands beside the folder."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from platform_cli.local.builds.run import SourceMissing, unpacked

LINK = (stat.S_IFLNK | 0o777) << 16


def archive(*names: str, attributes: int = 0) -> bytes:
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
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "source"
    unpacked(archive(name, "index.md"), folder)
    assert (folder / "index.md").is_file()
    strays = [path for path in tmp_path.rglob("*") if path.is_file() and folder not in path.parents]
    assert strays == []


def test_a_link_is_unpacked_as_the_text_that_it_is(tmp_path: Path) -> None:
    unpacked(archive("link", attributes=LINK), tmp_path)
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "link").read_text() == "../../outside"


def test_what_is_no_archive_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing):
        unpacked(b"PK\x03\x04 and no more", tmp_path)
