"""Find the build of a site without a known generator.

On Node.js, the program that its script calls shows the build; a generator in Python is recognized
by its config file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from platform_cli.adopt.source.site_files import SiteFiles
from platform_cli.config.fields import SITE_FOLDER
from platform_cli.site_source.lock_files import Json, parse_object, section

DEFAULT_SCRIPT: Final = "build"


@dataclass(frozen=True, slots=True)
class BuildProgram:
    """A program that fills a folder with pages."""

    command: str
    """Pattern of its call. A group is the folder that its output is below."""
    output: str
    package: str = ""
    """Package that a site needs for this output; empty: none in particular."""
    configs: tuple[str, ...] = ()
    output_setting: str = ""
    """Pattern of the output folder in a config file, which is its first group."""


_VITE_CONFIGS: Final = ("vite.config.js", "vite.config.ts", "vite.config.mjs", "vite.config.mts")
_SOURCE_FOLDER: Final = r"(?:\s+([\w./-]+))?"
PROGRAMS: Final = (
    BuildProgram(
        r"\bvite\s+build\b", "build", "@sveltejs/kit", ("svelte.config.js", "svelte.config.ts"),
        r"\bpages\s*:\s*[\"'](?:\./)?([\w./-]+)[\"']",
    ),
    BuildProgram(
        r"\bvite\s+build\b", "dist", "", _VITE_CONFIGS,
        r"\boutDir\s*:\s*[\"'](?:\./)?([\w./-]+)[\"']",
    ),
    BuildProgram(rf"\bvitepress\s+build\b{_SOURCE_FOLDER}", ".vitepress/dist"),
    BuildProgram(rf"\bvuepress\s+build\b{_SOURCE_FOLDER}", ".vuepress/dist"),
    BuildProgram(r"\bdocusaurus\s+build\b", "build"),
    BuildProgram(r"\breact-scripts\s+build\b", "build"),
    BuildProgram(r"\b(?:vue-cli-service|gridsome|parcel)\s+build\b", "dist"),
    BuildProgram(r"\bhexo\s+(?:generate|g)\b", "public"),
    BuildProgram(r"\bstorybook\s+build\b|\bbuild-storybook\b", "storybook-static"),
)  # fmt: skip
"""Output folders by the documentation of each program (from memory, unverified)."""
_OUTPUT_OPTION: Final = re.compile(r"--(?:out-?dir|dist-dir|dest)[ =]\"?(?:\./)?([\w./-]+)", re.I)
_OTHER_SCRIPT: Final = re.compile(r"\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)")
MAX_COMMAND: Final = 1_000


@dataclass(frozen=True, slots=True)
class PythonGenerator:
    """A generator that is a Python package."""

    package: str
    configs: tuple[str, ...]
    """Its config files, by their path below the site."""
    build: str
    """Its command. `{folder}` is the folder of the config file."""
    output: str
    output_setting: str = ""
    """Pattern of the output folder in the config file, which is its first group."""
    config_text: str = ""
    """Pattern of a text that only its own config file has."""


PYTHON_GENERATORS: Final = (
    PythonGenerator(
        "mkdocs", ("mkdocs.yml", "mkdocs.yaml"), "mkdocs build", "site",
        r"^site_dir\s*:\s*[\"']?(?:\./)?([\w./-]+)",
    ),
    PythonGenerator(
        "pelican", ("pelicanconf.py",), "pelican -s pelicanconf.py -o output", "output"
    ),
    PythonGenerator(
        "sphinx",
        ("source/conf.py", "docs/source/conf.py", "docs/conf.py", "doc/conf.py", "conf.py"),
        "sphinx-build -M html {folder} _build", "_build/html",
        config_text=r"^(?:extensions|html_theme|master_doc|root_doc)\s*=",
    ),
)  # fmt: skip
REQUIREMENTS: Final = "requirements.txt"
PYTHON_INSTALL: Final = (
    'packages=$(mktemp -d) && python3 -m venv "$packages" && "$packages/bin/pip" install --quiet '
    '{wanted} && export PATH="$PATH:$packages/bin"'
)
"""The packages come last on PATH: the platform's own tools need the Python of the build."""


@dataclass(frozen=True, slots=True)
class ScriptBuild:
    """A script of `package.json` that builds the site, and the folder that it fills."""

    script: str
    output: str = ""
    """Empty if the called program is unknown."""


@dataclass(frozen=True, slots=True)
class PythonBuild:
    """The commands that build a site with a generator in Python, and the folder that it fills."""

    install: str
    command: str
    output: str


def find_python_build(files: SiteFiles, root: str) -> PythonBuild | None:
    """Return the build of the first generator whose config file the site has."""
    prefix = f"{root}/" if root else ""
    for generator in PYTHON_GENERATORS:
        for config in generator.configs:
            text = files.read_text(f"{prefix}{config}")
            if not text or not re.search(generator.config_text, text, re.MULTILINE):
                continue
            folder = config.rpartition("/")[0] or "."
            return PythonBuild(
                PYTHON_INSTALL.format(wanted=_find_requirement(files, prefix, folder, generator)),
                generator.build.format(folder=folder),
                _find_python_output(text, generator),
            )
    return None


def _find_requirement(
    files: SiteFiles, prefix: str, folder: str, generator: PythonGenerator
) -> str:
    """Return the arguments of pip: the file that names the generator, else the generator itself."""
    paths = dict.fromkeys((f"{folder}/{REQUIREMENTS}", f"docs/{REQUIREMENTS}", REQUIREMENTS))
    for path in (path.removeprefix("./") for path in paths):
        if re.search(rf"^{generator.package}\b", files.read_text(f"{prefix}{path}"), re.M | re.I):
            return f"-r {path}"
    return generator.package


def _find_python_output(text: str, generator: PythonGenerator) -> str:
    setting = generator.output_setting
    match = re.search(setting, text, re.MULTILINE) if setting else None
    stated = match[1].rstrip("/") if match else ""
    return stated if SITE_FOLDER.fullmatch(stated) else generator.output


def find_script_build(files: SiteFiles, root: str) -> ScriptBuild | None:
    """Return the script `build`, or another one that calls a known program."""
    prefix = f"{root}/" if root else ""
    manifest = parse_object(files.read(f"{prefix}package.json"))
    scripts = {
        name: command[:MAX_COMMAND]
        for name, command in section(manifest, "scripts").items()
        if isinstance(command, str) and re.fullmatch(r"[\w:.-]{1,100}", name)
    }
    others = [name for name in scripts if "build" in name and name != DEFAULT_SCRIPT]
    for name in [DEFAULT_SCRIPT, *others]:
        for command in _follow(scripts, name):
            if output := _find_output(files, prefix, manifest, command):
                return ScriptBuild(name, output)
    return ScriptBuild(DEFAULT_SCRIPT) if DEFAULT_SCRIPT in scripts else None


def _follow(scripts: Mapping[str, str], name: str) -> Iterator[str]:
    """Yield the command of a script, and those of the scripts that it calls."""
    if command := scripts.get(name):
        yield command
        for called in _OTHER_SCRIPT.findall(command):
            if called in scripts and called != name:
                yield scripts[called]


def _find_output(files: SiteFiles, prefix: str, manifest: Json, command: str) -> str:
    packages = {**section(manifest, "dependencies"), **section(manifest, "devDependencies")}
    for program in PROGRAMS:
        call = re.search(program.command, command)
        if call is None or (program.package and program.package not in packages):
            continue
        if option := _OUTPUT_OPTION.search(command, call.end()):
            output = option[1]
        else:
            folder = call[1] if call.re.groups and call[1] else "."
            stated = _find_setting(files, prefix, program)
            output = stated or f"{folder}/{program.output}".removeprefix("./")
        output = output.rstrip("/")
        return output if SITE_FOLDER.fullmatch(output) else ""
    return ""


def _find_setting(files: SiteFiles, prefix: str, program: BuildProgram) -> str:
    for name in program.configs:
        if match := re.search(program.output_setting, files.read_text(f"{prefix}{name}")):
            return match[1]
    return ""
