"""The site of a new client that comes from a repository or a folder in place of a starter.

Nothing of it runs: its files are examined as text, and copied once.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from platform_cli.adopt.report import examine_site
from platform_cli.adopt.site_copy import copy_site
from platform_cli.adopt.site_settings import choose_engine, choose_site_settings
from platform_cli.adopt.source.addresses import parse_source
from platform_cli.adopt.source.opening import open_source
from platform_cli.adopt.source.site_files import SiteFiles
from platform_cli.api.clients.drafts import ClientOptions
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.config.model import ClientServiceConfig
from platform_cli.engines import DetectedSite, load_engine
from platform_cli.errors import UsageError
from platform_cli.site_source.client_site import site_engine


@dataclass(frozen=True, slots=True)
class SiteTemplate:
    """The files of a site, and the settings of its build."""

    address: str
    files: SiteFiles
    detected: DetectedSite
    engine: str
    settings: Mapping[str, Any]
    """Fields of `site`, such as `build_command`."""

    def apply(self, options: ClientOptions) -> ClientOptions:
        """Return the options with the engine of the site. Raises `UsageError` for another one."""
        if options.engine is not None and load_engine(options.engine).name != self.engine:
            raise UsageError(
                f"the site of {self.address} is built by {load_engine(self.engine).label}",
                hint="leave out --engine",
            )
        return replace(options, engine=self.engine)

    def copy_to(self, folder: Path, config: ClientServiceConfig) -> None:
        """Copy the site into the folder of a new client."""
        copy_site(self.files, site_engine(config, self.detected), folder)


@contextmanager
def open_template(
    source: str | None, *, progress: Progress = NO_PROGRESS
) -> Iterator[SiteTemplate | None]:
    """Yield the site of a repository, such as `github:OWNER/NAME#BRANCH`, or of a folder.

    Yields None without a source. Raises `PlatformError`.
    """
    if source is None:
        yield None
        return
    place = parse_source(source)
    with ExitStack() as stack:
        with progress.step("Reading the site"):
            site = stack.enter_context(open_source(place))
            template = _examine(source, site.files)
        yield template


def _examine(source: str, files: SiteFiles) -> SiteTemplate:
    """Return the template of a site that states its own build. Raises `UsageError`."""
    try:
        report = examine_site(files)
        settings = choose_site_settings(report)
    except UsageError as error:
        # Only `adopt` has options for the folder and the commands of a site.
        hint = f"platform adopt {source} ID, which has options for this"
        raise UsageError(error.findings[0].message, hint=hint) from None
    return SiteTemplate(source, files, report.detected, choose_engine(report), settings)
