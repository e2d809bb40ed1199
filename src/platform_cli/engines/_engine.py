"""Describe a site generator and derive its build.

Every build has the same steps. `publisher.py` writes the content feed to `content.json` in the
root of the site's source. The engine builds the source and the feed into an output folder.
`publisher.py` uploads that folder to the site bucket. The same buildspec runs in AWS CodeBuild and
in the local runner, so an install step first checks whether its packages are already installed.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from platform_cli.engines._conventions import Conventions
from platform_cli.engines._traits import Traits
from platform_cli.engines._unsupported import UnsupportedFeature
from platform_cli.errors import PlatformError

CONTENT_FILE = "content.json"
"""Path of the feed during a build, relative to the root of the site's source."""

NODE = "nodejs"
"""Name of Node.js among the runtime versions of CodeBuild."""

SHARED_FOLDER = "_shared"
"""Folder of `templates/` with files shared by the starters of several engines."""

TOOLS_FOLDER = ".platform"
"""Folder of the source archive with the tools of the build."""

PUBLISHER = f"{TOOLS_FOLDER}/publisher.py"
SITE_TOOLS = f"{TOOLS_FOLDER}/site_tools.py"
SECRET_CHECK = f"{TOOLS_FOLDER}/secret_check.py"
CHECKOUT = f"{TOOLS_FOLDER}/checkout.py"
REQUIREMENTS = f"{TOOLS_FOLDER}/requirements.txt"

CHECKOUT_FOLDER = "site"
"""Folder of a build into which the commit of the site's repository is unpacked."""

UNDERLAY_FOLDER = f"{TOOLS_FOLDER}/under"
"""Folder of the source archive with files that are added where a commit has none."""

BOTO3_CHECK = "python3 -P -c \"import boto3; assert boto3.__version__ >= '1.36'\" 2>/dev/null"
"""The publisher uses conditional writes to S3, which boto3 supports from this version."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A site generator."""

    name: str
    label: str
    version: str
    runtimes: Mapping[str, str]
    """CodeBuild runtime versions."""
    build: tuple[str, ...]
    """Shell commands that build the source and `content.json` into `output`."""
    output: str
    """Folder of the finished site, relative to the root of the source."""
    traits: Traits
    install: tuple[str, ...] = ()
    """Shell commands that install its packages."""
    packages: tuple[str, ...] = ()
    """Folders of installed packages; never part of the source."""
    ready: tuple[str, ...] = ()
    """Shell commands that succeed if all of `requirements` is installed."""
    requirements: tuple[str, ...] = ()
    """Pinned and hashed lines of a pip requirements file."""
    programs: Mapping[str, str] = field(default_factory=dict)
    """Programs that the CodeBuild image provides and a local build requires, each with
    installation instructions."""
    caches: tuple[str, ...] = ()
    """Folders that the next build can reuse; never part of the source. A build can write anything
    into them, so the next one checks what it takes from there."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of a build."""
    scratch: tuple[str, ...] = ()
    """Folders that every build recreates; never part of the source."""
    dev: str = ""
    """Shell command of its development server at `$HOST` and `$PORT`; empty if it has none."""
    dev_signal: str = ""
    """File whose change has that server read the content again; empty for its config file."""
    static: str = "public"
    """Folder of the source whose files are served unchanged; `.` for the source itself."""
    root: str = ""
    """Folder of the source with the site, in which it is built; empty for the source itself. The
    paths of `output`, `scratch`, `packages` and `static` are relative to it."""
    checkout: str = ""
    """Folder of the build with the site's source, which is then a commit of its repository. Empty
    if the source archive itself is the site's source."""
    excluded: tuple[str, ...] = ()
    """Names of folders that are never part of the source, at any depth."""
    options_since: Mapping[str, int] = field(default_factory=dict)
    """Options of the build commands, by the first major version of the generator that has them."""
    conventions: Conventions = field(default_factory=Conventions)
    """Conventions of a site that is not one of our starters."""
    unsupported: tuple[UnsupportedFeature, ...] = ()
    """Features of such a site that need a server."""
    service: tuple[str, str] | None = None
    """Template name and summary of the service with this engine alone (B-08, B-09, C-45)."""
    starters: tuple[str, ...] = ("starter",)
    """Folders of `templates/<name>/`, the default first."""
    shares: tuple[str, ...] = ("design",)
    """Folders of `templates/_shared/` that are copied into every starter."""

    @property
    def uses_node(self) -> bool:
        """Whether it runs on Node.js."""
        return NODE in self.runtimes

    @property
    def python_packages(self) -> str:
        """The command that installs the Python packages of a build, unless they are there."""
        ready = " && ".join((BOTO3_CHECK, *self.ready))
        return (
            f"{ready} || "
            f"python3 -m pip install --quiet --require-hashes --requirement {REQUIREMENTS}"
        )

    def buildspec(self) -> dict[str, object]:
        """Return the buildspec for CodeBuild.

        It contains no content and no secret, and of the client only what its `site` section says
        about the build.
        """
        folder = PurePosixPath(self.checkout, self.root).as_posix()
        publish = f"python3 {path_to_tools(folder)}{PUBLISHER} publish {self.output}"
        enter = (f"cd {folder}",) if folder != "." else ()
        fetch = f"python3 {path_to_tools('' if self.checkout else self.root)}{PUBLISHER} fetch"
        spec: dict[str, object] = {
            "version": "0.2",
            "phases": {
                "install": {
                    "runtime-versions": dict(self.runtimes),
                    "on-failure": "ABORT",
                    "commands": [self.python_packages, *self._install_commands()],
                },
                "build": {
                    "on-failure": "ABORT",
                    "commands": [
                        # The repository may have a file `content.json` of its own.
                        *((fetch, *enter) if self.checkout else (*enter, fetch)),
                        f"rm -rf {' '.join((self.output, *self.scratch))}",
                        *self.build,
                        publish,
                    ],
                },
            },
        }
        if self.variables:
            spec["env"] = {"variables": dict(self.variables)}
        if self.caches:
            caches = (PurePosixPath(self.checkout, name).as_posix() for name in self.caches)
            spec["cache"] = {"paths": [f"{name}/**/*" for name in caches]}
        return spec

    def _install_commands(self) -> tuple[str, ...]:
        if not self.checkout:
            return self.install
        checkout = f"python3 {CHECKOUT} {self.checkout}"
        inside = (f"cd {self.checkout}", *self.install, "cd ..") if self.install else ()
        return (checkout, *inside)

    def buildspec_digest(self) -> str:
        """Return the SHA-256 of the buildspec.

        It is an input of the build, so that a changed buildspec triggers a new build.
        """
        return hashlib.sha256(json.dumps(self.buildspec(), sort_keys=True).encode()).hexdigest()

    def starter_files(self, templates: Path, name: str | None = None) -> dict[Path, Path]:
        """Return the files of a starter below `templates`, including shared ones.

        The keys are paths in the site's source, as in `source_files`. `name` defaults to the first
        starter. An engine without starters has no files.
        """
        if not self.starters and name is None:
            return {}
        starter = name or self.starters[0]
        if starter not in self.starters:
            raise PlatformError(
                f"{self.label} has no starter {starter!r}",
                hint=f"choose one of: {', '.join(self.starters)}",
            )
        files = self.source_files(templates / self.name / starter)
        for shared in self.shares:
            folder = templates / SHARED_FOLDER / shared
            files |= {shared / name: file for name, file in self.source_files(folder).items()}
        return dict(sorted(files.items()))

    def source_files(self, root: Path) -> dict[Path, Path]:
        """Return the files of a site's source, sorted by their path in it.

        Excludes the files that a build creates. Rejects symbolic links: a link could publish a
        private file of this machine on the client's site.
        """
        if root.is_symlink():
            raise _symlink_error(root)
        made = (*self.packages, *self.scratch, self.output, CONTENT_FILE)
        excluded = {(PurePosixPath(self.root) / name).as_posix() for name in made}
        excluded |= {*self.caches, CONTENT_FILE, TOOLS_FOLDER, ".git"}
        names = frozenset(self.excluded)
        files = _iter_files(root, root, excluded, names)
        return {file.relative_to(root): file for file in sorted(files)}

    def read_build_tools(self, publisher: Path) -> dict[str, bytes]:
        """Return the build tools in the source archive, by path in the archive.

        `publisher` is the shipped folder `lambdas/publisher`.
        """
        shared = (publisher / "requirements.txt").read_text(encoding="utf-8")
        requirements = "\n".join((shared.rstrip("\n"), *self.requirements, ""))
        tools = {
            PUBLISHER: (publisher / "publisher.py").read_bytes(),
            REQUIREMENTS: requirements.encode(),
        }
        for tool in (SITE_TOOLS, SECRET_CHECK):
            if any(tool in command for command in self.build):
                tools[tool] = (publisher / PurePosixPath(tool).name).read_bytes()
        if self.checkout:
            tools[CHECKOUT] = (publisher / PurePosixPath(CHECKOUT).name).read_bytes()
        return tools


def path_to_tools(root: str) -> str:
    """Return the prefix of `TOOLS_FOLDER` as seen from the site's folder `root` of the source."""
    return "../" * len(PurePosixPath(root).parts)


def _iter_files(
    folder: Path, root: Path, excluded: set[str], names: frozenset[str]
) -> Iterator[Path]:
    for path in _list_folder(folder, root):
        relative = path.relative_to(root)
        if relative.as_posix() in excluded or path.name in names:
            continue
        if path.is_symlink():
            raise _symlink_error(path)
        if path.is_dir():
            yield from _iter_files(path, root, excluded, names)
        elif path.is_file() and _is_portable_name(path.name):
            yield path
        elif path.exists():
            raise PlatformError(
                "a site's source may only contain regular files with names in UTF-8",
                where=str(path),
                hint="remove or rename it",
            )


def _list_folder(folder: Path, root: Path) -> list[Path]:
    """Return the entries of a folder. Editors delete files meanwhile, so it can be gone."""
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        if folder == root:
            raise
        return []


def _symlink_error(path: Path) -> PlatformError:
    return PlatformError(
        "a site's source cannot contain or be a symbolic link",
        where=str(path),
        hint="replace it with a copy of its target",
    )


def _is_portable_name(name: str) -> bool:
    """Check that archives support the name on every operating system."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return "\\" not in name


def copy_files(files: Mapping[Path, Path], folder: Path) -> None:
    """Copy files, as returned by `Engine.starter_files`, into `folder`."""
    for name, file in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / name)
