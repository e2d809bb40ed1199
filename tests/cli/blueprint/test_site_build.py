"""The build of a site follows its own files and the client's settings."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Builds, Site
from platform_cli.config.site import SiteConfig
from platform_cli.engines import (
    STARTER,
    DetectedSite,
    Engine,
    load_engine,
    starter_engine_names,
    tailor_engine,
)
from platform_cli.errors import PlatformError
from platform_cli.site_source.detection import detect_site
from tests.infra.clients import client

LOCKED = {"package-lock.json": "{}"}


def tailor(engine: str, files: Mapping[str, str], **settings: Any) -> Engine:
    """Return the engine of a site with these files and these settings."""
    read = {name: text.encode() for name, text in files.items()}.get
    site = SiteConfig.model_validate(settings)
    detected = detect_site(
        read, root=site.root, engine=engine, package_manager=site.package_manager
    )
    return tailor_engine(load_engine(engine), site, detected)


def commands(engine: Engine, phase: str = "build") -> list[str]:
    phases: Any = engine.buildspec()["phases"]
    return list(phases[phase]["commands"])


def manifest(package: str, version: str, build: str = "") -> dict[str, str]:
    scripts = f', "scripts": {{"build": "{build}"}}' if build else ""
    return {"package.json": f'{{"dependencies": {{"{package}": "{version}"}}{scripts}}}'}


@pytest.mark.parametrize("name", starter_engine_names())
def test_a_starter_without_settings_keeps_its_engine(name: str) -> None:
    engine = load_engine(name)
    starter = {"design/words.json": "{}", ".nvmrc": "18"}
    assert tailor(name, starter) == engine
    assert tailor_engine(engine, SiteConfig(), STARTER).buildspec() == engine.buildspec()


@pytest.mark.parametrize("name", starter_engine_names())
def test_every_generator_builds_a_site_of_its_own(name: str) -> None:
    engine = tailor(name, {load_engine(name).conventions.configs[0]: ""})
    spec = str(engine.buildspec())
    assert "--panicOnWarning" not in spec
    assert "--strict_front_matter" not in spec
    assert "finish.js" not in spec
    assert "--ignore-scripts" not in spec
    assert f"complete page {engine.conventions.output}" in spec


def test_a_site_runs_its_own_script_with_its_own_package_manager() -> None:
    files = manifest("next", "15.1.0", "next build") | {"pnpm-lock.yaml": "", ".nvmrc": "20"}
    engine = tailor("nextjs", files)
    assert commands(engine, "install")[-1] == "pnpm install --frozen-lockfile"
    assert any("pnpm@9.15.9" in command for command in commands(engine, "install"))
    assert "pnpm run build" in commands(engine)
    assert engine.runtimes["nodejs"] == "20"
    assert engine.version == "15.1.0"


def test_a_starter_on_an_older_version_gets_no_option_of_a_newer_one() -> None:
    starter = {"design/words.json": "{}"}
    [build, _] = tailor("nextjs", starter | manifest("next", "15.1.0")).build
    assert build.endswith("next build")
    [build, _] = tailor("nextjs", starter | manifest("next", "16.0.0")).build
    assert build.endswith("--webpack")


def test_without_a_lock_file_the_build_installs_and_says_so() -> None:
    install = commands(tailor("eleventy", manifest("@11ty/eleventy", "^3")), "install")
    assert "npm install" in install[-1]
    assert any(command.startswith("echo 'No lock file") for command in install)
    locked = commands(tailor("eleventy", manifest("@11ty/eleventy", "^3") | LOCKED), "install")
    assert "npm ci" in locked[-1]
    assert not any("No lock file" in command for command in locked)


def test_only_the_lock_file_of_the_chosen_package_manager_counts() -> None:
    files = manifest("astro", "5") | LOCKED | {"bun.lock": ""}
    assert "npm ci" in commands(tailor("astro", files), "install")[-1]
    bun = commands(tailor("astro", files, package_manager="bun"), "install")
    assert bun[-1] == "bun install --frozen-lockfile"
    pnpm = commands(tailor("astro", files, package_manager="pnpm"), "install")
    assert pnpm[-1] == "pnpm install --no-frozen-lockfile"


def test_no_unpacked_package_of_an_earlier_build_runs() -> None:
    engine = tailor("astro", manifest("astro", "5") | LOCKED)
    install = commands(engine, "install")
    assert install.index('rm -rf "$npm_config_cache/_npx"') < len(install) - 1
    assert not set(engine.packages) & set(engine.caches)


ADDRESSES: Mapping[str, tuple[str, dict[str, str], dict[str, Any], str | None]] = {
    "an option of Hugo": ("hugo", {"hugo.toml": ""}, {}, '--baseURL "$SITE_URL/"'),
    "an option in a script": (
        "astro",
        manifest("astro", "5", "astro build") | LOCKED,
        {},
        'npm run build -- --site "$SITE_URL"',
    ),
    "a variable for a longer script": (
        "astro",
        manifest("astro", "5", "astro check && astro build") | LOCKED,
        {},
        'export URL="$SITE_URL"',
    ),
    "a variable of the generator": (
        "hugo",
        {"hugo.toml": ""},
        {"build_command": "make site"},
        'export HUGO_BASEURL="$SITE_URL/"',
    ),
    "nothing": ("eleventy", manifest("@11ty/eleventy", "3"), {"base_url": "none"}, None),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_build_learns_the_address_of_the_site(name: str) -> None:
    engine, files, settings, expected = ADDRESSES[name]
    build = commands(tailor(engine, files, **settings))
    if expected is None:
        assert not any("SITE_URL" in command for command in build)
    else:
        assert any(command.endswith(expected) for command in build), build


def test_a_variable_of_the_client_is_not_replaced() -> None:
    build = commands(
        tailor("eleventy", manifest("@11ty/eleventy", "3"), env={"URL": "https://x.example"})
    )
    assert not any(command.startswith("export URL=") for command in build)


def test_a_site_in_a_folder_is_built_there() -> None:
    files = {
        "package.json": '{"workspaces": ["apps/*"]}',
        "package-lock.json": "{}",
        "apps/web/package.json": manifest("astro", "5", "astro build")["package.json"],
    }
    engine = tailor("astro", files, root="apps/web", not_found="spa")
    assert not any(command.startswith("cd ") for command in commands(engine, "install"))
    build = commands(engine)
    assert build[:2] == ["cd apps/web", "python3 ../../.platform/publisher.py fetch"]
    assert build[-2:] == [
        "python3 ../../.platform/site_tools.py complete spa dist",
        "python3 ../../.platform/publisher.py publish dist",
    ]
    alone = {name: text for name, text in files.items() if "/" in name}
    install = commands(tailor("astro", alone, root="apps/web"), "install")
    assert (install[1], install[-1]) == ("cd apps/web", 'cd "$OLDPWD"')


def test_the_archive_of_a_site_in_a_folder_has_no_made_files(tmp_path: Path) -> None:
    engine = tailor("astro", {}, root="apps/web")
    for name in (
        *("apps/web/src/index.astro", "apps/web/dist/old.html", "packages/ui/button.js"),
        *("packages/ui/node_modules/x/index.js", "dist/kept.js", "apps/web/content.json"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/link").symlink_to(tmp_path)
    assert [name.as_posix() for name in engine.source_files(tmp_path)] == [
        *("apps/web/src/index.astro", "dist/kept.js", "packages/ui/button.js"),
    ]


def test_every_setting_changes_the_buildspec_and_so_its_digest() -> None:
    settings: dict[str, Any] = {
        "root": "web",
        "install_command": "make packages",
        "build_command": "make site",
        "output": "finished",
        "node_version": 18,
        "package_manager": "bun",
        "env": {"GREETING": "hello"},
        "not_found": "spa",
        "base_url": "none",
    }
    files = manifest("astro", "5") | {"web/package.json": manifest("astro", "5")["package.json"]}
    digests = {
        tailor("astro", files, **{key: value}).buildspec_digest() for key, value in settings.items()
    }
    assert len(digests | {tailor("astro", files).buildspec_digest()}) == len(settings) + 1
    [builds] = [part for part in compose(client(site=settings)).parts if isinstance(part, Builds)]
    for text in ("make packages", "make site", "finished", "GREETING"):
        assert text in str(builds.buildspec)


def test_all_commands_are_shell_commands() -> None:
    for name in starter_engine_names():
        for manager in ("npm", "pnpm", "yarn", "bun"):
            files = {load_engine(name).conventions.configs[0]: "", "package.json": "{}"}
            engine = tailor(name, files, package_manager=manager, root="a/b", base_url="env")
            for phase in ("install", "build"):
                for command in commands(engine, phase):
                    subprocess.run(["/bin/sh", "-nc", command], check=True)


def test_a_site_of_one_page_is_part_of_the_stack() -> None:
    for not_found, is_single_page in (("page", False), ("spa", True)):
        site = compose(client(site={"not_found": not_found})).find(Site)
        assert site
        assert site.is_single_page is is_single_page


def test_a_custom_build_has_no_starter(tmp_path: Path) -> None:
    custom = load_engine("custom")
    assert custom.starter_files(tmp_path) == {}
    with pytest.raises(PlatformError, match="no starter"):
        custom.starter_files(tmp_path, "starter")
    settings = {"build_command": "make", "output": "site"}
    engine = tailor_engine(custom, SiteConfig.model_validate(settings), DetectedSite())
    build = commands(engine)
    assert build.index("rm -rf site") < build.index("make")
