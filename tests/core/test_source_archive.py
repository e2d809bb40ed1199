"""The archive of a commit: what a build can use, and what holds the site with a reason."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.errors import UnusableSource, VendorUnavailable
from platform_core.pipeline.source.archive import MEGABYTE, ArchiveLimits, pack_archive
from tests.fakes.pipeline.source import zip_archive

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
SUBMODULE = b'[submodule "theme"]\n\tpath = themes/plain\n\turl = https://git.example/plain\n'
SYMLINK = 0o120777


def pack(archive: bytes, limits: ArchiveLimits | None = None) -> tuple[str, dict[str, bytes]]:
    target = io.BytesIO()
    digest = pack_archive(io.BytesIO(archive), target, limits or ArchiveLimits())
    with zipfile.ZipFile(target) as packed:
        return digest, {name: packed.read(name) for name in packed.namelist()}


def with_entry(name: str, *, mode: int = 0o100644, content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return buffer.getvalue()


paths = st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3}){0,2}\.md", fullmatch=True)
contents = st.binary().filter(lambda content: not content.startswith(LFS[:10]))


@given(st.dictionaries(paths, contents))
def test_the_digest_depends_on_the_files_and_not_on_the_commit(files: dict[str, bytes]) -> None:
    first, packed = pack(zip_archive(files, "site-1a2b"))
    second, _ = pack(zip_archive(dict(reversed(files.items())), "site-9f8e"))
    assert first == second
    assert packed == files
    assert list(packed) == sorted(files)
    changed, _ = pack(zip_archive(files | {"new.md": b""}))
    assert changed != first


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (zip_archive({"cat.jpg": LFS}), "cat.jpg' is a Git LFS pointer"),
        (zip_archive({".gitmodules": SUBMODULE}), "themes/plain' is a Git submodule"),
        (with_entry("site/link", mode=SYMLINK), "symbolic link"),
        (with_entry("site/../../etc/passwd"), "leads outside"),
        (with_entry("site//etc/passwd"), "leads outside"),
        (with_entry("site/a\\..\\b"), "leads outside"),
    ],
    ids=["LFS", "submodule", "symlink", "above", "absolute", "backslash"],
)
def test_a_commit_that_no_build_can_use_says_why(archive: bytes, reason: str) -> None:
    with pytest.raises(UnusableSource, match=reason):
        pack(archive)


def test_a_submodule_whose_files_are_there_is_used() -> None:
    _, packed = pack(zip_archive({".gitmodules": SUBMODULE, "themes/plain/a.html": b"a"}))
    assert packed["themes/plain/a.html"] == b"a"


def test_the_limits_of_files_and_bytes_hold() -> None:
    files = {f"{number}.md": bytes(1000) for number in range(20)}
    with pytest.raises(UnusableSource, match="20 files, and the limit is 10"):
        pack(zip_archive(files), ArchiveLimits(files=10))
    with pytest.raises(UnusableSource, match="more than 0 MB"):
        pack(zip_archive(files), ArchiveLimits(unpacked_bytes=19_999))


def test_a_file_that_unpacks_to_more_than_it_says_is_stopped() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("site/zeros", bytes(3 * MEGABYTE))
    data = bytearray(buffer.getvalue())
    for header, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.rindex(header) + offset
        data[start : start + 4] = (10).to_bytes(4, "little")
    with pytest.raises((UnusableSource, VendorUnavailable)):
        pack(bytes(data), ArchiveLimits(unpacked_bytes=MEGABYTE))


@pytest.mark.parametrize("damaged", [b"", b"<html>Sign in</html>", zip_archive({"a": b"a"})[:-9]])
def test_a_damaged_archive_is_asked_for_again(damaged: bytes) -> None:
    with pytest.raises(VendorUnavailable):
        pack(damaged)
