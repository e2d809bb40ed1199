"""The facts of a site are detected in its files: never by running anything, whatever they hold."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.engines import PACKAGE_MANAGERS, DetectedSite, engine_names, load_engine
from platform_cli.site_source import detection
from platform_cli.site_source.detection import detect_site, folder_reader
from platform_cli.site_source.node_versions import choose_version, parse_version
from platform_cli.workspace import shipped_folder

NPM_LOCK = '{"packages": {"node_modules/next": {"version": "15.3.1"}}}'
PNPM_LOCK = """lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      astro:
        specifier: ^5.0.0
        version: 5.7.2(typescript@5.8.3)
packages:
  astro@5.7.2:
    resolution: {}
"""
YARN_LOCK = '"next@^14.0.0", next@14:\n  version "14.2.28"\n'
MODERN_YARN_LOCK = '__metadata:\n  version: 8\n\n"next@npm:^14":\n  version: 14.2.3\n'
BUN_LOCK = '{"packages": {"nuxt": ["nuxt@3.17.1", "", {}, "sha512-x"]}}'
GEM_LOCK = "GEM\n  specs:\n    jekyll (4.3.4)\n      addressable (~> 2.4)\n"


def package(**more: object) -> str:
    return json.dumps(more)


CASES: Mapping[str, tuple[Mapping[str, str], Mapping[str, tuple[Any, str] | None]]] = {
    "an engine by its package": (
        {"package.json": package(dependencies={"next": "^15.1.0"})},
        {"engine": ("nextjs", "package.json"), "version": ("15.1.0", "package.json")},
    ),
    "an engine by its config file": (
        {"hugo.toml": 'publishDir = "docs"'},
        {"engine": ("hugo", "hugo.toml"), "output": ("docs", "hugo.toml")},
    ),
    "a package says more than a config file": (
        {"package.json": package(devDependencies={"astro": "5"}), "config.toml": ""},
        {"engine": ("astro", "package.json")},
    ),
    "an engine that a script downloads, and the output that it names": (
        {
            "package.json": package(
                scripts={"build": "npx --yes @11ty/eleventy@3 --input=src --output=dist"}
            )
        },
        {"engine": ("eleventy", "package.json"), "output": ("dist", "package.json")},
    ),
    "an option wins over the config file": (
        {
            "package.json": package(
                devDependencies={"astro": "5"},
                scripts={"build": "rm -d old && astro build --outDir ./www/ && cp -d a b"},
            ),
            "astro.config.mjs": "outDir: './other'",
        },
        {"output": ("www", "package.json")},
    ),
    "a program that is only mentioned is no call": (
        {"package.json": package(scripts={"build": "npx my-astro build", "lint": "npx astro"})},
        {"engine": None, "output": None},
    ),
    "npm and its lock file": (
        {"package.json": package(dependencies={"next": "^15"}), "package-lock.json": NPM_LOCK},
        {
            "package_manager": ("npm", "package-lock.json"),
            "version": ("15.3.1", "package-lock.json"),
        },
    ),
    "pnpm": (
        {"package.json": package(dependencies={"astro": "^5"}), "pnpm-lock.yaml": PNPM_LOCK},
        {"package_manager": ("pnpm", "pnpm-lock.yaml"), "version": ("5.7.2", "pnpm-lock.yaml")},
    ),
    "Yarn 1": (
        {"package.json": package(dependencies={"next": "14"}), "yarn.lock": YARN_LOCK},
        {"package_manager": ("yarn", "yarn.lock"), "version": ("14.2.28", "yarn.lock")},
    ),
    "Yarn 2 and later": (
        {"package.json": package(dependencies={"next": "14"}), "yarn.lock": MODERN_YARN_LOCK},
        {"manager_version": ("4.18.1", "yarn.lock"), "version": ("14.2.3", "yarn.lock")},
    ),
    "Bun": (
        {"package.json": package(dependencies={"nuxt": "3"}), "bun.lock": BUN_LOCK},
        {"package_manager": ("bun", "bun.lock"), "version": ("3.17.1", "bun.lock")},
    ),
    "the stated package manager wins": (
        {
            "package.json": package(packageManager="pnpm@9.1.0+sha512.ab", dependencies={}),
            "package-lock.json": "{}",
        },
        {
            "package_manager": ("pnpm", "package.json"),
            "manager_version": ("9.1.0", "package.json"),
            "lock_file": None,
        },
    ),
    "a gem": (
        {"_config.yml": "destination: ./public", "Gemfile.lock": GEM_LOCK},
        {"version": ("4.3.4", "Gemfile.lock"), "output": ("public", "_config.yml")},
    ),
    "the script that makes pages": (
        {
            "package.json": package(
                dependencies={"nuxt": "4"}, scripts={"generate": "x", "build": "y"}
            )
        },
        {"script": ("generate", "package.json")},
    ),
    "a script that makes only styles": (
        {"package.json": package(scripts={"build": "postcss a.css"}), "hugo.toml": ""},
        {"engine": ("hugo", "hugo.toml"), "script": None},
    ),
    "a script that makes styles and pages": (
        {"package.json": package(scripts={"build": "postcss a.css && hugo"}), "hugo.toml": ""},
        {"script": ("build", "package.json")},
    ),
    "the Node version of a file": (
        {"package.json": package(engines={"node": ">=18"}), ".nvmrc": "v20.11.1\n"},
        {"node_version": (20, ".nvmrc")},
    ),
    "the Node version of the manifest": (
        {"package.json": package(engines={"node": "^18.17 || ^20"}), ".nvmrc": "lts/*"},
        {"node_version": (20, "package.json")},
    ),
    "an output outside of the site is ignored": (
        {"hugo.toml": 'publishDir = "../live"'},
        {"output": None},
    ),
}


def detect(files: Mapping[str, str], **more: Any) -> DetectedSite:
    return detect_site({name: text.encode() for name, text in files.items()}.get, **more)


@pytest.mark.parametrize("name", CASES)
def test_a_fact_has_its_value_and_its_evidence(name: str) -> None:
    files, facts = CASES[name]
    site = detect(files)
    for fact, expected in facts.items():
        found = getattr(site, fact)
        assert (found and (found.value, found.evidence)) == expected, fact


@pytest.mark.parametrize("engine", [name for name in engine_names() if name != "custom"])
def test_every_starter_is_recognized(engine: str) -> None:
    files = load_engine(engine).starter_files(shipped_folder("templates"))
    by_name = {name.as_posix(): file.read_text() for name, file in files.items()}
    site = detect(by_name)
    assert site.is_starter
    assert site.engine
    assert site.engine.value == engine
    supported = load_engine(engine).conventions.versions
    assert site.version is None or int(site.version.value.split(".")[0]) in supported
    assert not detect(by_name, engine="custom").is_starter


def test_a_site_in_a_workspace_of_packages_uses_the_lock_file_above_it() -> None:
    files = {
        "package.json": package(workspaces=["apps/*"]),
        "package-lock.json": NPM_LOCK,
        "apps/web/package.json": package(dependencies={"next": "^15"}),
    }
    site = detect(files, root="apps/web")
    assert site.lock_file
    assert site.lock_file.evidence == "package-lock.json"
    assert site.engine
    assert site.engine.evidence == "apps/web/package.json"
    unrelated = files | {"package.json": package(name="tools")}
    assert detect(unrelated, root="apps/web").lacks_lock


@pytest.mark.parametrize(
    ("script", "is_generator"),
    {
        "astro build": True,
        "npx astro build --verbose": True,
        "astro check && astro build": False,
        "astro build; pagefind": False,
        "NODE_ENV=production astro build": False,
        "astrolabe": False,
    }.items(),
)
def test_options_are_added_only_to_a_script_that_calls_the_generator_alone(
    script: str, is_generator: bool
) -> None:
    site = detect({"package.json": package(dependencies={"astro": "5"}, scripts={"build": script})})
    assert site.script_is_generator is is_generator


@pytest.mark.parametrize(
    ("wanted", "version"),
    {
        ">=18": 22,
        ">= 18.17.0": 22,
        "18.x": 18,
        "^20.9.0 || >=22": 22,
        ">=18 <21": 20,
        "<=20": 20,
        ">22": 24,
        "18 - 20": 20,
        "16": 16,
        "~14.17": 14,
        "*": None,
        "": None,
        ">=99": 99,
    }.items(),
)
def test_a_range_of_versions_chooses_one_that_builds_offer(
    wanted: str, version: int | None
) -> None:
    assert choose_version(wanted) == version


TEXT = st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MANIFESTS = st.fixed_dictionaries(
    {},
    optional={
        name: JSON | st.dictionaries(st.sampled_from(["next", "astro", "build", "node"]), JSON)
        for name in (
            *("dependencies", "devDependencies", "scripts", "engines"),
            *("packageManager", "workspaces"),
        )
    },
).map(lambda manifest: json.dumps(manifest).encode())
NAMES = st.sampled_from(
    [
        *(name for engine in engine_names() for name in load_engine(engine).conventions.configs),
        *(name for manager in PACKAGE_MANAGERS.values() for name in manager.lock_files),
        *("Gemfile.lock", ".nvmrc", ".node-version", "design/words.json", "pnpm-workspace.yaml"),
    ]
)


@given(
    manifest=MANIFESTS | st.binary(max_size=80),
    files=st.dictionaries(NAMES, st.binary(max_size=80), max_size=6),
    root=st.sampled_from(["", "apps/web", "..", "/", "a/../.."]),
)
def test_detection_never_raises_and_never_executes(
    manifest: bytes, files: dict[str, bytes], root: str
) -> None:
    source = {**files, "package.json": manifest, "apps/web/package.json": manifest}
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in ((subprocess, "Popen"), (os, "system"), (os, "posix_spawn")):
            patch.setattr(owner, name, None)  # A call raises.
        site = detect_site(source.get, root=root)
        for engine in engine_names():
            assert detect_site(source.get, root=root, engine=engine)
    assert isinstance(site, DetectedSite)


def test_a_deeply_nested_manifest_shows_nothing() -> None:
    nested = '{"dependencies": ' * 100_000
    assert detect({"package.json": nested}).engine is None
    assert parse_version("v" + "9" * 5000) is None


def test_a_reader_follows_no_link_and_reads_no_huge_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "private").write_text("mine")
    site = tmp_path / "site"
    site.mkdir()
    (site / "package.json").symlink_to(tmp_path / "private")
    (site / "yarn.lock").write_text("x" * 100)
    read = folder_reader(site)
    assert read("package.json") is None
    assert read("../private") is None
    assert read("bad\0name") is None
    assert read("yarn.lock") is not None
    monkeypatch.setattr(detection, "MAX_BYTES", 99)
    assert read("yarn.lock") is None


def test_the_sites_own_rule_files_are_detected() -> None:
    files = {"web/public/_redirects": b"/a /b", "web/_headers": b"", "_redirects": b""}
    detected = detect_site(files.get, root="web")
    assert detected.rule_files == ("web/_headers", "web/public/_redirects")
