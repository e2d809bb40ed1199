"""What a site generator is: facts, and the build they add up to.

Every build has the same shape. `publisher.py` writes the content feed to `content.json` in the
root of the site's source; the engine turns source and feed into an output folder; `publisher.py`
puts that folder into the site bucket. The same buildspec runs in AWS CodeBuild and in the local
runner: a step that installs something first asks whether it is there already.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platform_cli.errors import PlatformError

CONTENT = "content.json"
"""Where the feed lies while the engine runs, below the root of the site's source."""

SHARED = "_shared"
"""Folder of `templates/` that holds what the starters of several engines have in common."""

TOOLS = ".platform"
"""Folder of the source archive that holds what every build brings along."""

PUBLISHER = f"{TOOLS}/publisher.py"
REQUIREMENTS = f"{TOOLS}/requirements.txt"

HAS_BOTO3 = "python3 -P -c \"import boto3; assert boto3.__version__ >= '1.36'\" 2>/dev/null"
"""From this version on, boto3 can put an object on the condition that none is there."""


LIGHT_SECONDS, LIGHT_MB, QUICK_SECONDS = 5, 200, 5
"""An engine that installs and runs within the first two is light; one that makes 1,000 pages within
the third builds quickly."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What speaks for and against an engine, measured on two cores; seconds and megabytes."""

    install_seconds: float
    build_seconds_10_pages: float
    build_seconds_1000_pages: float
    peak_megabytes: int
    skill: str
    """What its templates ask of a developer: `intermediate` or `advanced`."""
    performance: str
    """Of the sites it makes: `very good` or `excellent`."""
    components: bool = False
    """Whether pages can hold interactive components out of the box."""
    asks: tuple[str, ...] = ()
    """What a developer has to know to change its templates."""
    as_of: str = "2026-11-20"

    @property
    def words(self) -> frozenset[str]:
        """The same as words, which `recommend` can ask for."""
        said = {
            "components": self.components,
            "light": self.install_seconds <= LIGHT_SECONDS and self.peak_megabytes <= LIGHT_MB,
            "quick_builds": self.build_seconds_1000_pages <= QUICK_SECONDS,
        }
        return frozenset(
            {
                self.skill,
                self.performance,
                *self.asks,
                *(word for word, is_so in said.items() if is_so),
            }
        )


@dataclass(frozen=True, slots=True)
class Engine:
    """One site generator."""

    name: str
    label: str
    version: str
    runtimes: Mapping[str, str]
    """CodeBuild runtime versions."""
    build: tuple[str, ...]
    """Shell commands that turn the source and `content.json` into `output`."""
    output: str
    """Folder of the finished site, relative to the root of the source."""
    traits: Traits
    install: tuple[str, ...] = ()
    """Shell commands that fetch its packages; each is quick when they are there already."""
    ready: tuple[str, ...] = ()
    """Shell commands that succeed where nothing of `requirements` is missing."""
    requirements: tuple[str, ...] = ()
    """Pinned and hashed lines of a pip requirements file."""
    programs: Mapping[str, str] = field(default_factory=dict)
    """What AWS's image holds and no package of ours brings, and how a person gets it for builds on
    this machine."""
    caches: tuple[str, ...] = ()
    """Folders of the source that a next build can use again; never part of the source."""
    scratch: tuple[str, ...] = ()
    """Folders of the source that each build fills anew; never part of the source."""
    static: str = "public"
    """Folder of the source whose files are served as they are; `.` for the source itself."""
    service: tuple[str, str] | None = None
    """The fixed service that is this engine alone (B-08, B-09, C-45): its template, its summary."""
    starters: tuple[str, ...] = ("starter",)
    """Folders of `templates/<name>/`, the default first."""
    shares: tuple[str, ...] = ("design",)
    """Folders of `templates/_shared/`; each starter holds them too, under the same names."""

    def buildspec(self) -> dict[str, object]:
        """The build as CodeBuild reads it. It names no client, no content and no secret."""
        ready = " && ".join((HAS_BOTO3, *self.ready))
        python_packages = (
            f"{ready} || "
            f"python3 -m pip install --quiet --require-hashes --requirement {REQUIREMENTS}"
        )
        spec: dict[str, object] = {
            "version": "0.2",
            "phases": {
                "install": {
                    "runtime-versions": dict(self.runtimes),
                    "on-failure": "ABORT",
                    "commands": [python_packages, *self.install],
                },
                "build": {
                    "on-failure": "ABORT",
                    "commands": [
                        f"python3 {PUBLISHER} fetch",
                        f"rm -rf {' '.join((self.output, *self.scratch))}",
                        *self.build,
                        f"python3 {PUBLISHER} publish {self.output}",
                    ],
                },
            },
        }
        if self.caches:
            spec["cache"] = {"paths": [f"{folder}/**/*" for folder in self.caches]}
        return spec

    def buildspec_digest(self) -> str:
        """SHA-256 of the buildspec: a build input, so that a changed build builds anew."""
        return hashlib.sha256(json.dumps(self.buildspec(), sort_keys=True).encode()).hexdigest()

    def starter(self, templates: Path, name: str | None = None) -> dict[Path, Path]:
        """The files of a starter below `templates`: its own, and those it shares.

        By their path in a site's source, as from `source_files`; the default starter without a
        name.
        """
        wanted = name or self.starters[0]
        if wanted not in self.starters:
            raise PlatformError(
                f"{self.label} has no starter {wanted!r}",
                hint=f"choose one of: {', '.join(self.starters)}",
            )
        files = self.source_files(templates / self.name / wanted)
        for shared in self.shares:
            folder = templates / SHARED / shared
            files |= {shared / name: file for name, file in self.source_files(folder).items()}
        return dict(sorted(files.items()))

    def source_files(self, root: Path) -> dict[Path, Path]:
        """The files of a site's source, by their sorted path in it.

        Leaves out what a build makes or brings. A symbolic link is refused: it could carry a
        file of this machine to the client's site.
        """
        if root.is_symlink():
            raise _linked(root)
        left_out = {*self.caches, *self.scratch, self.output, CONTENT, TOOLS, ".git"}
        return {file.relative_to(root): file for file in sorted(_files(root, root, left_out))}

    def tools(self, publisher: Path) -> dict[str, bytes]:
        """What the source archive holds besides the source, by path in the archive.

        `publisher` is the shipped folder `lambdas/publisher`.
        """
        shared = (publisher / "requirements.txt").read_text(encoding="utf-8")
        requirements = "\n".join((shared.rstrip("\n"), *self.requirements, ""))
        return {
            PUBLISHER: (publisher / "publisher.py").read_bytes(),
            REQUIREMENTS: requirements.encode(),
        }


def _files(folder: Path, root: Path, left_out: set[str]) -> Iterator[Path]:
    for path in folder.iterdir():
        relative = path.relative_to(root)
        if relative.as_posix() in left_out:
            continue
        if path.is_symlink():
            raise _linked(path)
        if path.is_dir():
            yield from _files(path, root, left_out)
        elif path.is_file() and _is_name(path.name):
            yield path
        else:
            raise PlatformError(
                "a site's source holds files alone, under names in UTF-8",
                where=str(path),
                hint="take it away, or give it another name",
            )


def _linked(path: Path) -> PlatformError:
    return PlatformError(
        "a site's source cannot hold a symbolic link, or be one",
        where=str(path),
        hint="replace it with a copy of what it points to",
    )


def _is_name(name: str) -> bool:
    """Whether an archive takes it, on whatever machine."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return "\\" not in name


def lay(files: Mapping[Path, Path], folder: Path) -> None:
    """Copies files, as from `Engine.starter`, to their places in `folder`."""
    for name, file in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / name)
