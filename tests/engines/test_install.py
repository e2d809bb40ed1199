"""Installed packages come from a checked cache: no build can run code of an earlier one."""

from pathlib import Path

import pytest

from platform_cli import engines
from tests.engines import sites

BACK_DOOR = "\nrequire('fs').writeFileSync('back-door', '')\n"


@pytest.mark.parametrize("name", engines.starter_engine_names())
def test_installed_packages_are_not_cached(name: str) -> None:
    engine = engines.load_engine(name)
    assert not set(engine.packages) & set(engine.caches)
    installs_by_npm = any("npm" in command for command in engine.install)
    assert engine.caches == ((".npm",) if installs_by_npm else ())
    assert all(
        "npm ci --ignore-scripts" in command for command in engine.install if "npm" in command
    )


@pytest.mark.engine
def test_a_back_door_in_the_packages_is_gone_after_the_next_install(tmp_path: Path) -> None:
    engine, cache = engines.load_engine("eleventy"), tmp_path / "npm"
    site = tmp_path / "site"
    engines.copy_files(engine.starter_files(sites.TEMPLATES), site)
    sites.run_commands(engine.install, site, cache)
    program = site / "node_modules/@11ty/eleventy/cmd.cjs"
    honest = program.read_text()
    program.write_text(honest + BACK_DOOR)
    poisoned = next(file for file in sorted(cache.rglob("content-v2/**/*")) if file.is_file())
    size = poisoned.stat().st_size
    for poison in (b"x" * size, b"x" * (size + 1)):
        poisoned.chmod(0o644)
        poisoned.write_bytes(poison)
        sites.run_commands(engine.install, site, cache)
        assert program.read_text() == honest
        assert poisoned.read_bytes() != poison, "npm kept the poisoned package"


@pytest.mark.engine
def test_another_failure_of_the_install_is_shown_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"not-in-the-lock-file": "1.0.0"}}')
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {}}')
    engine = engines.load_engine("eleventy")
    with pytest.raises(sites.BuildFailed) as failed:
        sites.run_commands(engine.install, tmp_path, tmp_path / "npm")
    assert "not-in-the-lock-file" in str(failed.value)
    assert str(failed.value).count("A complete log of this run") == 1
