"""Detect how a site is built, from its files alone.

Nothing of the site is executed, and no program is started: config files are text in which a pattern
finds a folder. Whatever the files contain, detection returns a result and does not raise. Each fact
comes with its evidence, the file that shows it.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from platform_cli.config.fields import SITE_FOLDER
from platform_cli.engines import (
    MODERN_YARN,
    PACKAGE_MANAGERS,
    STARTER_MARKER,
    DetectedSite,
    Engine,
    Fact,
    engine_names,
    load_engine,
)
from platform_cli.site_source.lock_files import (
    Json,
    locked_version,
    lowest_version,
    parse_object,
    section,
)
from platform_cli.site_source.node_versions import choose_version, parse_version
from platform_core.hosting import COPIED_FOLDERS, RULE_FILES

MAX_BYTES: Final = 32 * 1024 * 1024
"""Size of the largest file that is read. Lock files of large sites have several MB."""

MAX_CONFIG_BYTES: Final = 256 * 1024
"""Bytes of a config file that are searched."""

MANIFEST: Final = "package.json"
GEM_FILES: Final = ("Gemfile.lock", "Gemfile")
PACKAGE_FILES: Final = frozenset(
    (
        MANIFEST,
        *GEM_FILES,
        *(name for manager in PACKAGE_MANAGERS.values() for name in manager.lock_files),
    )
)
"""Names of the files that decide which packages a site has."""

NODE_VERSION_FILES: Final = (".nvmrc", ".node-version")

_MANAGER = re.compile(r"(\w+)@(\d{1,4}\.\d{1,4}\.\d{1,4})(?:[+-].*)?")
_NOTHING = r"(?!)"
_CALL = r"(?<![\w-])(?:{names})(?:@\S+)?\b[^&|;<>`$\n]*"
_SIMPLE_COMMAND = rf"(?:npx |bundle exec )?{_CALL}"
_CALL_BY_NPX = rf"\bnpx\s+(?:-\S+\s+)*{_CALL}"
"""A call that downloads the generator, so that the site does not need it as a package."""
_OPTION = r"(?<!\S)(?:{option})(?:=|\s+)[\"']?(?:\./)?([\w./-]+)"

ReadFile = Callable[[str], bytes | None]
"""Returns the content of a file by its path in the source, with slashes; None if there is none."""


def folder_reader(folder: Path) -> ReadFile:
    """Return a reader of the files below a folder. It follows no symbolic link."""
    root = os.path.realpath(folder)

    def read(name: str) -> bytes | None:
        path = Path(root, name)
        try:
            is_own = os.path.realpath(path) == str(path)
            if not is_own or not path.is_file() or path.stat().st_size > MAX_BYTES:
                return None
            return path.read_bytes()
        except (OSError, ValueError):
            return None

    return read


def detect_site(
    read: ReadFile,
    *,
    root: str = "",
    engine: str | None = None,
    package_manager: str | None = None,
) -> DetectedSite:
    """Detect the facts of a site from its files. Never raises, never executes anything.

    `root` is the folder of the source with the site. `engine` is the site's engine if it is known;
    otherwise it is detected. The same holds for `package_manager`, whose lock file counts.
    """
    source = _Source(read, root)
    found = source.find_engine()
    name = engine or (found.value if found else None)
    generator = load_engine(name) if name in engine_names() else None
    manager, version = source.find_package_manager()
    if manager is not None and package_manager not in {None, manager.value}:
        manager, version = None, None
    lock_file = source.find_lock_file(package_manager or (manager.value if manager else None))
    if manager is None and lock_file is not None:
        manager = lock_file
        version = source.find_version_of_manager(lock_file)
    script = source.find_script(generator) if generator else None
    has_marker = source.read(STARTER_MARKER) is not None
    is_starter = has_marker and (generator is None or bool(generator.starters))
    return DetectedSite(
        is_starter=is_starter,
        engine=found,
        version=source.find_version(generator, lock_file) if generator else None,
        has_packages=source.read(MANIFEST) is not None,
        package_manager=manager,
        manager_version=version,
        lock_file=lock_file,
        node_version=source.find_node_version(),
        script=script,
        script_is_generator=bool(generator and script and source.is_simple(script, generator)),
        output=source.find_output(generator, script) if generator else None,
        rule_files=tuple(source.find_rule_files()),
    )


class _Source:
    """The files of one site. A fact of a folder above the site counts if the site has none."""

    def __init__(self, read: ReadFile, root: str) -> None:
        self._read = read
        self.root = PurePosixPath(root)
        self.manifest = parse_object(self.read(MANIFEST))

    def path(self, name: str) -> str:
        """Return the path of the site's file in the source."""
        return (self.root / name).as_posix()

    def read(self, name: str) -> bytes | None:
        return self._read(self.path(name))

    def find_rule_files(self) -> Iterator[str]:
        """Yield the paths of the site's own files with redirects and headers."""
        for folder in COPIED_FOLDERS:
            for name in RULE_FILES:
                if self.read(f"{folder}{name}") is not None:
                    yield self.path(f"{folder}{name}")

    def candidates(self, *names: str) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of the existing files, those of the site before those above."""
        for folder in (self.root, *self.root.parents):
            for name in names:
                path = (folder / name).as_posix()
                if (content := self._read(path)) is not None:
                    yield path, content

    def requirements(self) -> Json:
        """Return the site's npm packages with the required versions."""
        return {
            **section(self.manifest, "devDependencies"),
            **section(self.manifest, "dependencies"),
        }

    def find_engine(self) -> Fact[str] | None:
        """Find the generator: by its package, else by a config file, else by a call in a script."""
        engines = [load_engine(name) for name in engine_names()]
        packages = self.requirements()
        for engine in engines:
            if engine.conventions.package in packages:
                return Fact(engine.name, self.path(MANIFEST))
        for engine in engines:
            for name in engine.conventions.configs:
                if self.read(name) is not None:
                    return Fact(engine.name, self.path(name))
        for engine in engines:
            script = self.find_script(engine) if engine.conventions.program else None
            pattern = _call_pattern(_CALL_BY_NPX, engine)
            if script and re.search(pattern, self.command(script)):
                return Fact(engine.name, self.path(MANIFEST))
        return None

    def find_version(self, engine: Engine, lock_file: Fact[str] | None) -> Fact[str] | None:
        package = engine.conventions.package
        if not package:
            return None
        files = [lock_file.evidence] if lock_file else []
        files += [path for path, _ in self.candidates(GEM_FILES[0])]
        for path in files:
            if version := locked_version(path, self._read(path) or b"", package):
                return Fact(version, path)
        version = lowest_version(self.requirements().get(package))
        return Fact(version, self.path(MANIFEST)) if version else None

    def find_package_manager(self) -> tuple[Fact[str] | None, Fact[str] | None]:
        """Find name and version in `packageManager` of the site or of a folder above it."""
        for path, content in self.candidates(MANIFEST):
            stated = parse_object(content).get("packageManager")
            match = _MANAGER.fullmatch(stated) if isinstance(stated, str) else None
            if match and match[1] in PACKAGE_MANAGERS:
                return Fact(match[1], path), Fact(match[2], path)
        return None, None

    def find_lock_file(self, manager: str | None) -> Fact[str] | None:
        """Return the lock file, and the package manager that it belongs to."""
        if self.read(MANIFEST) is None:
            return None
        owners = {
            name: owner.name
            for owner in PACKAGE_MANAGERS.values()
            for name in owner.lock_files
            if manager in {None, owner.name}
        }
        for path, _ in self.candidates(*owners):
            file = PurePosixPath(path)
            if file.parent == self.root or self._is_workspace(file.parent):
                return Fact(owners[file.name], path)
        return None

    def _is_workspace(self, folder: PurePosixPath) -> bool:
        """Return whether the packages below a folder share its lock file."""
        manifest = parse_object(self._read((folder / MANIFEST).as_posix()))
        own_file = (folder / "pnpm-workspace.yaml").as_posix()
        return "workspaces" in manifest or self._read(own_file) is not None

    def find_version_of_manager(self, lock_file: Fact[str]) -> Fact[str] | None:
        """Return the version of a manager whose lock file shows that it is a modern Yarn."""
        content = self._read(lock_file.evidence) or b""
        if lock_file.value != MODERN_YARN.name or b"__metadata:" not in content:
            return None
        return Fact(MODERN_YARN.version, lock_file.evidence)

    def find_node_version(self) -> Fact[int] | None:
        for path, content in self.candidates(*NODE_VERSION_FILES):
            if version := parse_version(content[:200].decode(errors="replace")):
                return Fact(version, path)
        wanted = section(self.manifest, "engines").get("node")
        version = choose_version(wanted) if isinstance(wanted, str) else None
        return Fact(version, self.path(MANIFEST)) if version else None

    def find_script(self, engine: Engine) -> Fact[str] | None:
        scripts = section(self.manifest, "scripts")
        program = re.compile(rf"\b{re.escape(engine.conventions.program)}\b")
        for name in engine.conventions.scripts:
            command = scripts.get(name)
            # Beside a generator without Node.js, a script often makes only styles.
            if isinstance(command, str) and (engine.uses_node or program.search(command)):
                return Fact(name, self.path(MANIFEST))
        return None

    def is_simple(self, script: Fact[str], engine: Engine) -> bool:
        """Return whether the script calls the generator only."""
        command = self.command(script).strip()
        return re.fullmatch(_call_pattern(_SIMPLE_COMMAND, engine), command) is not None

    def command(self, script: Fact[str]) -> str:
        """Return the command of a script in `package.json`."""
        return str(section(self.manifest, "scripts")[script.value])

    def find_output(self, engine: Engine, script: Fact[str] | None) -> Fact[str] | None:
        """Find the output folder: in an option of the script, else in a config file.

        Folders outside the site are ignored.
        """
        option = engine.conventions.output_option
        if script and option:
            call = re.search(_call_pattern(_CALL, engine), self.command(script))
            match = re.search(_OPTION.format(option=option), call[0]) if call else None
            if match and SITE_FOLDER.fullmatch(folder := match[1].rstrip("/")):
                return Fact(folder, script.evidence)
        setting = engine.conventions.output_setting
        if not setting:
            return None
        for name in engine.conventions.configs:
            text = (self.read(name) or b"")[:MAX_CONFIG_BYTES].decode(errors="replace")
            match = re.search(setting, text, re.MULTILINE | re.IGNORECASE)
            if match and SITE_FOLDER.fullmatch(folder := match[1].rstrip("/")):
                return Fact(folder, self.path(name))
        return None


def _call_pattern(template: str, engine: Engine) -> str:
    """Return the pattern of a command that calls the generator, by its program or its package."""
    names = filter(None, (engine.conventions.program, engine.conventions.package))
    return template.format(names="|".join(map(re.escape, names)) or _NOTHING)
