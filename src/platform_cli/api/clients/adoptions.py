"""Adopt an existing site: examine its files, and write the file of its client.

Nothing of the site runs. The client's file follows from the report; nothing is ever overwritten.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pydantic_core import PydanticCustomError

from platform_cli.adopt.forms import choose_forms
from platform_cli.adopt.provider_usage import UsedProvider
from platform_cli.adopt.report import AdoptionReport, examine_site
from platform_cli.adopt.site_copy import copy_site
from platform_cli.adopt.site_settings import choose_engine, choose_site_settings
from platform_cli.adopt.source.addresses import parse_source
from platform_cli.adopt.source.opening import SiteSource, open_source
from platform_cli.api.clients.drafts import ClientOptions, draft_client, normalize_client_field
from platform_cli.api.clients.scaffolds import (
    check_draft,
    list_needed_secrets,
    require_new_client,
    write_client_file,
)
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import WorkspacePath, open_workspace
from platform_cli.config import fields
from platform_cli.config.model import ClientServiceConfig
from platform_cli.config.new_client_file import NewClientFile
from platform_cli.engines import TOOLS_FOLDER, Engine, choose_base_url
from platform_cli.errors import Finding, UsageError
from platform_cli.site_source.client_site import site_engine
from platform_cli.site_source.site_checks import find_site_errors, find_site_warnings
from platform_cli.workspace import Workspace
from platform_core.provider import Kind

GITHUB: Final = "github:"
DEFAULT_BRANCH: Final = "main"
"""Of the provider's settings."""
MAX_ID: Final = 32


@dataclass(frozen=True, slots=True)
class AdoptionOptions:
    """The options of an adoption; None as the site's files show it."""

    client_id: str | None = None
    domain: str | None = None
    root: str | None = None
    build_command: str | None = None
    output: str | None = None


NO_OPTIONS: Final = AdoptionOptions()


@dataclass(frozen=True, slots=True)
class Adoption:
    """An examined site, and the client that it becomes."""

    client_id: str
    file: Path
    """The client's file."""
    folder: Path | None
    """The folder of the site's source; None if builds read a repository."""
    repository: str | None
    """The repository that builds read."""
    is_written: bool
    report: AdoptionReport
    config: ClientServiceConfig
    install: tuple[str, ...]
    build: tuple[str, ...]
    build_command: str
    """The site's own command among those of the build."""
    output: str
    engine_label: str
    base_url: str
    """The way in which the build learns the address of the site: flag, env or none."""
    errors: tuple[Finding, ...]
    """Facts of the site that no build of this platform supports."""
    warnings: tuple[str, ...]
    examples: tuple[str, ...]
    """Settings that the file fills with an example."""
    secrets: tuple[tuple[str, str], ...]
    """The secrets to set: (provider, name)."""


def adopt_site(
    source: str,
    options: AdoptionOptions = NO_OPTIONS,
    *,
    dry_run: bool = False,
    workspace: WorkspacePath = None,
    progress: Progress = NO_PROGRESS,
) -> Adoption:
    """Examine the site in a folder or a repository, and create its client.

    The site of a folder is copied into the client's folder, unless it lies there. A repository on
    GitHub stays the source of the builds. With `dry_run`, nothing is written.

    Raises `PlatformError`.
    """
    opened = open_workspace(workspace)
    place = parse_source(source)
    with progress.step("Examining the site"), open_source(place) as site:
        client_id = options.client_id or derive_client_id(site, opened)
        file = require_new_client(client_id, workspace=opened)
        report = examine_site(site.files, repository=site.repository, root=options.root)
        draft = _draft_client(client_id, site, report, options)
        config = check_draft(draft, file)
        folder = None if config.site.repository else opened.site_source(client_id)
        if folder is not None:
            _check_folder(folder, site, opened)
        adoption = _describe(draft, file, folder, report, config)
        if dry_run:
            return adoption
        if folder is not None and folder.resolve() != site.folder:
            copy_site(site.files, site_engine(config, report.detected), folder)
        write_client_file(file, draft)
    return replace(adoption, is_written=True)


def derive_client_id(site: SiteSource, workspace: Workspace) -> str:
    """Derive the id of a client from the name of its folder or repository. Raises `UsageError`."""
    if site.folder is not None and site.folder.parent == workspace.clients.resolve():
        return normalize_client_field("client_id", site.name)
    name = re.sub(r"[^a-z0-9]+", "-", site.name.lower()).strip("-")[:MAX_ID].strip("-")
    try:
        return normalize_client_field("client_id", name)
    except UsageError as error:
        raise UsageError(
            f"the name {site.name!r} makes no id of a client",
            hint=f"add one behind the address; {error}",
        ) from None


def _draft_client(
    client_id: str, site: SiteSource, report: AdoptionReport, options: AdoptionOptions
) -> NewClientFile:
    chosen = report.chosen_providers
    draft = draft_client(
        ClientOptions(
            client_id=client_id,
            providers={kind: provider.name for kind, provider in chosen.items()},
            engine=choose_engine(report),
            domain=options.domain or _valid_domain(report.domain),
        )
    )
    source: dict[str, Any] = {"source": "local"}
    # Builds can clone from GitHub only. Another repository is copied once.
    if site.folder is None and site.repository.startswith(GITHUB):
        source = {"source": "git", "repository": site.repository, "branch": site.branch}
    settings = choose_site_settings(report, options.build_command, options.output)
    if "repository" in source and not _is_edited(chosen.get(Kind.CMS), site):
        settings.pop("content", None)
    return replace(
        draft,
        settings={provider.name: provider.settings for provider in chosen.values()},
        site={
            **source,
            **settings,
            **({"forms": choose_forms(report.forms, draft.email)} if report.forms else {}),
        },
    )


def _is_edited(cms: UsedProvider | None, site: SiteSource) -> bool:
    """Return whether the editor commits to the branch that is adopted, or to no repository."""
    settings = cms.settings if cms else {}
    used = (settings.get("repository"), settings.get("branch", DEFAULT_BRANCH))
    return used[0] is None or used == (site.repository, site.branch)


def _valid_domain(text: str) -> str | None:
    """Return the domain that a file of the site names; None if it is none."""
    try:
        return fields.normalize_domain(text) if text else None
    except PydanticCustomError:
        return None


def _check_folder(folder: Path, site: SiteSource, workspace: Workspace) -> None:
    """Refuse to copy over a folder, or to copy the workspace into itself."""
    if site.folder == folder.resolve():
        return
    if folder.exists():
        raise UsageError(
            f"there is a folder {folder} already",
            hint="choose another id; or adopt this folder itself",
        )
    if site.folder is not None and workspace.root.resolve().is_relative_to(site.folder):
        raise UsageError(
            f"the workspace {workspace.root} lies in this folder",
            hint="adopt the folder of the site only",
        )


def _find_own_command(engine: Engine) -> str:
    """Return the last command of a build that is none of the platform's own."""
    own = [command for command in engine.build if TOOLS_FOLDER not in command]
    return own[-1] if own else ""


def _describe(
    draft: NewClientFile,
    file: Path,
    folder: Path | None,
    report: AdoptionReport,
    config: ClientServiceConfig,
) -> Adoption:
    engine = site_engine(config, report.detected)
    return Adoption(
        client_id=draft.client_id,
        file=file,
        folder=folder,
        repository=config.site.repository,
        is_written=False,
        report=report,
        config=config,
        install=engine.install,
        build=engine.build,
        build_command=_find_own_command(engine),
        output=engine.output,
        engine_label=engine.label,
        base_url=choose_base_url(engine, config.site, report.detected),
        errors=tuple(find_site_errors(config, report.detected, Path())),
        warnings=tuple(find_site_warnings(config, report.detected)),
        examples=tuple(draft.placeholder_settings()),
        secrets=list_needed_secrets(draft),
    )
