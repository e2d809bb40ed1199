"""Caches move between builds, and no content of a source moves or deletes anything else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from platform_cli.local.builds.caches import ProjectCaches


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "run" / "src"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def caches(tmp_path: Path) -> ProjectCaches:
    return ProjectCaches(tmp_path / "caches")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    folder = tmp_path / "victim"
    folder.mkdir()
    (folder / "file").touch()
    return folder


@pytest.mark.parametrize("name", ["kept", ".next/cache", "a b/ü", "a/b/c"])
def test_a_cached_folder_moves_to_the_next_build(
    caches: ProjectCaches, source: Path, tmp_path: Path, name: str
) -> None:
    (source / name).mkdir(parents=True)
    (source / name / "file").write_text("one")
    caches.save([name], source)
    assert not (source / name).exists()
    following = tmp_path / "next"
    following.mkdir()
    caches.restore([name], following)
    assert (following / name / "file").read_text() == "one"


def test_a_later_build_replaces_the_cache(caches: ProjectCaches, source: Path) -> None:
    for text in ("one", "two"):
        (source / "kept").mkdir()
        (source / "kept" / text).touch()
        caches.save(["kept"], source)
    caches.restore(["kept"], source)
    assert [file.name for file in (source / "kept").iterdir()] == ["two"]


def test_folders_of_the_source_win_over_the_cache(caches: ProjectCaches, source: Path) -> None:
    for text in ("cached", "of the source"):
        (source / "kept").mkdir()
        (source / "kept" / text).touch()
        if text == "cached":
            caches.save(["kept"], source)
    caches.restore(["kept"], source)
    assert [file.name for file in (source / "kept").iterdir()] == ["of the source"]


def test_caches_that_no_build_uses_are_deleted(caches: ProjectCaches, source: Path) -> None:
    for name in ("node_modules/left-over", "kept", ".next/cache"):
        (caches.folder / name).mkdir(parents=True)
    caches.restore(["kept", ".next/cache"], source)
    assert list(caches.folder.iterdir()) == []
    assert [folder.name for folder in source.iterdir()] == ["kept"]


def link_the_folder(source: Path, victim: Path) -> str:
    (source / "kept").symlink_to(victim)
    return "kept"


def link_a_parent(source: Path, victim: Path) -> str:
    (source / "a").symlink_to(victim.parent)
    return f"a/{victim.name}"


def link_to_itself(source: Path, victim: Path) -> str:
    (source / "kept").symlink_to("kept")
    return "kept"


@pytest.mark.parametrize("plant", [link_the_folder, link_a_parent, link_to_itself])
def test_a_link_in_the_source_is_not_followed(
    caches: ProjectCaches, source: Path, victim: Path, plant: Callable[[Path, Path], str]
) -> None:
    name = plant(source, victim)
    caches.save([name], source)
    assert (victim / "file").exists()
    assert not caches.folder.exists()


@pytest.mark.parametrize("name", ["{victim}", "../../victim", "a/../../../victim", ".", "..", ""])
def test_a_name_outside_the_source_moves_nothing(
    caches: ProjectCaches, source: Path, victim: Path, name: str
) -> None:
    (source / "a").mkdir()
    caches.save([name.format(victim=victim)], source)
    assert (victim / "file").exists()
    assert (source / "a").is_dir()
    assert not caches.folder.exists()


def test_a_link_in_a_cache_leads_no_other_cache_out_of_the_source(
    caches: ProjectCaches, source: Path, victim: Path
) -> None:
    for name in ("a", "b"):
        (source / name).mkdir()
        caches.save([name], source)
    (caches.folder / "a" / "link").symlink_to(victim)
    (caches.folder / "b").rename(caches.folder / "a%2Flink%2Fplanted")
    caches.restore(["a", "a/link/planted"], source)
    assert [file.name for file in victim.iterdir()] == ["file"]


def test_a_cache_cannot_name_a_folder_behind_a_link(
    caches: ProjectCaches, source: Path, victim: Path
) -> None:
    """The next buildspec may cache a folder below one that this build wrote."""
    (source / "a").mkdir()
    (source / "a" / "link").symlink_to(victim.parent)
    caches.save(["a"], source)
    caches.restore([f"a/link/{victim.name}"], source)
    assert (victim / "file").exists()
    assert list(source.iterdir()) == []
