"""Build sites with the engine's own commands, as a build does, and read the result."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from platform_cli import engines, workspace
from platform_cli.deploy.node import find_node
from platform_cli.engines import Engine
from platform_cli.engines._engine import CONTENT_FILE
from platform_core import providers
from platform_core.provider_kit.editor_files import EditedSite as EditedSite
from tests.engines import markup
from tests.engines.feeds import Entry, Feed

WANTED = ("package.json", "package-lock.json", ".npmrc", "Gemfile")
"""Files of a source that list its packages."""

BRANCH = "live"
"""The branch that the editor commits to."""

SECTIONS = ("articles", "products", "collections")
TEMPLATES = workspace.shipped_folder("templates")
PUBLISHER = workspace.shipped_folder("lambdas") / "publisher"


@dataclass(frozen=True)
class Site:
    """A finished site and the feed it was made from."""

    root: Path
    feed: Feed

    @cached_property
    def files(self) -> frozenset[str]:
        paths = (path for path in self.root.rglob("*") if not path.is_dir())
        return frozenset(path.relative_to(self.root).as_posix() for path in paths)

    @cached_property
    def pages(self) -> dict[str, markup.Element]:
        """Every page by its address, `/404.html` among them."""
        return {
            "/" + name.removesuffix("index.html"): markup.read(self.text(name))
            for name in sorted(self.files)
            if name.endswith(".html")
        }

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def page_of(self, kind: str, slug: str) -> markup.Element:
        return self.pages[f"/{kind}/{slug}/"]


class BuildFailed(Exception):
    """The text is the complete output of the commands."""


def build(
    engine: Engine, feed: Feed, place: Path, cache: Path, more: Mapping[str, bytes] | None = None
) -> Site:
    """Build the engine's starter with this feed. `place` must not exist; `cache` keeps
    its packages; `more` are additional files of the source."""
    engines.copy_files(engine.starter_files(TEMPLATES), place)
    for name, body in {**(more or {}), **engine.read_build_tools(PUBLISHER)}.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(body)
    (place / CONTENT_FILE).write_text(json.dumps(feed), encoding="utf-8")
    with _installed(engine, place, cache):
        run_commands(engine.build, place, cache)
    return Site(place / engine.output, feed)


def editor_files(engine: Engine) -> dict[str, bytes]:
    """Return the files of Decap's editor, by their paths in the source of a site."""
    settings = providers.load_settings("decap").Settings.model_validate(
        {"repository": "github:acme/journal", "branch": BRANCH}
    )
    place = EditedSite("Acme", "https://acme.example", engine.static)
    return dict(providers.load_editor("decap").overlay(settings, place))


def missing(name: str) -> str | None:
    """Return why this engine cannot build here, or None. Some engines need a program on this
    machine."""
    for program, how in engines.load_engine(name).programs.items():
        if shutil.which(program) is None:
            return f"{name} is not tested: the machine has no {program} ({how})"
    return None


def present() -> list[str]:
    """Return the engines that can build here."""
    return [name for name in engines.starter_engine_names() if missing(name) is None]


def addresses(feed: Feed) -> frozenset[str]:
    """Return the addresses of the feed's pages, by the rules of every starter."""
    introductions = {*SECTIONS, "home"}
    addresses_found = {"/", *(f"/{kind}/" for kind in SECTIONS)}
    addresses_found |= {f"/{kind}/{item['slug']}/" for kind in SECTIONS for item in feed[kind]}
    addresses_found |= {tag["url"] for tag in feed.get("tags", ())}
    addresses_found |= {
        page_address(page) for page in feed["pages"] if page["slug"] not in introductions
    }
    return frozenset(addresses_found)


def page_address(page: Entry) -> str:
    slug = page["slug"]
    return f"/page-{slug}/" if slug in {"assets", "404"} else f"/{slug}/"


@contextlib.contextmanager
def _installed(engine: Engine, place: Path, cache: Path) -> Iterator[None]:
    """Return a source with the engine's packages, which are fetched once for each lock file."""
    if not engine.install:
        yield
        return
    package_files = {
        name: (place / name).read_bytes() for name in WANTED if (place / name).is_file()
    }
    digest = hashlib.sha256(b"".join(package_files.values())).hexdigest()
    home = cache / f"{engine.name}-{digest[:16]}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for name, text in package_files.items():
            (home / name).write_bytes(text)
        if not (home / ".installed").exists():
            run_commands(engine.install, home, cache)
            (home / ".installed").touch()
    for folder in engine.packages:
        if (home / folder).exists():
            (place / folder).parent.mkdir(exist_ok=True)
            (place / folder).symlink_to(home / folder)
    yield


def run_commands(commands: tuple[str, ...], folder: Path, cache: Path) -> None:
    """Run shell commands as a build does, with this npm cache. Raises `BuildFailed`."""
    path = (str(Path(sys.executable).parent), str(find_node().node.parent), os.environ["PATH"])
    environment = os.environ | {"PATH": os.pathsep.join(path), "npm_config_cache": str(cache)}
    for command in commands:
        process = subprocess.run(
            ["/bin/sh", "-ec", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if process.returncode:
            raise BuildFailed(f"{command}: {process.stdout}")
