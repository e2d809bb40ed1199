"""The source of a preview: a working folder, a branch of the client's repository, or its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platform_cli.adopt.site_copy import copy_site
from platform_cli.adopt.source.addresses import GitAddress, parse_address
from platform_cli.adopt.source.clone import PROTOCOLS, clone_bare
from platform_cli.adopt.source.git_tree import open_repository
from platform_cli.config.model import ClientServiceConfig
from platform_cli.engines import STARTER, Engine
from platform_cli.errors import UsageError
from platform_cli.site_source.client_site import site_engine


@dataclass(frozen=True, slots=True)
class PreviewSource:
    """The source that a person names. Without either, it is that of the live site."""

    folder: Path | None = None
    branch: str | None = None

    @property
    def label(self) -> str:
        if self.branch:
            return f"branch {self.branch}"
        return str(self.folder) if self.folder else "the client's source"


def check_source(source: PreviewSource, config: ClientServiceConfig) -> None:
    """Check that the folder is there, or that the client has branches. Raises `UsageError`."""
    if source.folder and source.branch:
        raise UsageError("--source and --branch exclude each other", hint="leave one of them out")
    if source.folder is not None and not source.folder.is_dir():
        raise UsageError(f"there is no folder {source.folder}")
    if source.branch is None:
        return
    if config.site.repository is None:
        raise UsageError(
            f"{config.client_id} has no site.repository, so it has no branches",
            hint="check the branch out yourself, and name its folder: --source DIR",
        )
    if not source.branch:
        raise UsageError("the name of the branch is empty")
    parse_address(f"{config.site.repository}#{source.branch}")


@contextmanager
def open_folder(source: PreviewSource, config: ClientServiceConfig) -> Iterator[Path | None]:
    """Yield the folder to build; None for the source of the live site."""
    if not source.branch:
        yield source.folder
        return
    address = parse_address(f"{config.site.repository}#{source.branch}")
    with checkout_branch(address, site_engine(config, STARTER)) as folder:
        yield folder


@contextmanager
def checkout_branch(
    address: GitAddress, engine: Engine, *, protocols: str = PROTOCOLS
) -> Iterator[Path]:
    """Yield a folder with the files of a branch, which nothing of the repository has run for.

    The limits are those of `platform adopt`. Submodules, links and files of environment variables
    stay behind.
    """
    with tempfile.TemporaryDirectory() as temporary:
        repository = clone_bare(address, Path(temporary), protocols=protocols)
        folder = Path(temporary) / "site"
        with open_repository(repository) as files:
            copy_site(files, engine, folder)
        yield folder
