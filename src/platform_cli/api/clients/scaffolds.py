"""Create workspaces and clients. Nothing is ever overwritten."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from platform_cli import engines
from platform_cli.api.clients.drafts import ClientOptions, draft_client
from platform_cli.api.clients.site_templates import SiteTemplate
from platform_cli.api.workspaces import WorkspacePath, open_workspace
from platform_cli.config import schema
from platform_cli.config.document import parse_yaml
from platform_cli.config.load import validate_document
from platform_cli.config.model import ClientServiceConfig
from platform_cli.config.new_client_file import NewClientFile
from platform_cli.config.sections.build_secrets import parse_build_secret
from platform_cli.engines import copy_files
from platform_cli.errors import ConfigError, UsageError
from platform_cli.site_source import editor_files
from platform_cli.workspace import (
    CLIENT_ID,
    CLIENTS_FOLDER,
    STATE_FOLDER,
    shipped_folder,
    write_atomically,
)
from platform_core import providers
from platform_core.provider_kit.editor_files import FileOwner


@dataclass(frozen=True, slots=True)
class CreatedWorkspace:
    """A workspace, and the files that were missing in it."""

    root: Path
    created: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreatedClient:
    """A new client: its file, and the source of its site."""

    client_id: str
    file: Path
    source: Path
    engine: str
    stack_type: str
    examples: tuple[str, ...]
    """Settings that the file fills with an example, such as `sanity.project_id`."""
    secrets: tuple[tuple[str, str], ...]
    """The secrets to set: (provider, name)."""


def create_workspace(folder: Path | str = ".") -> CreatedWorkspace:
    """Turn a folder into a workspace. Existing files stay as they are."""
    root = Path(folder).expanduser().resolve()
    texts = {
        f"{CLIENTS_FOLDER}/{schema.SCHEMA_FILE}": schema.schema_text(),
        ".gitignore": f"{STATE_FOLDER}/\n",
    }
    missing = [name for name in texts if not (root / name).exists()]
    for name in missing:
        write_atomically(root / name, texts[name])
    return CreatedWorkspace(root, tuple(missing))


def scaffold_client(
    options: ClientOptions,
    *,
    template: SiteTemplate | None = None,
    workspace: WorkspacePath = None,
) -> CreatedClient:
    """Create a client from its options, with defaults for all others. Raises `PlatformError`.

    `template` is the site of the client; by default it is the starter of the engine.
    """
    if template is None:
        return create_client(draft_client(options), workspace=workspace)
    draft = replace(
        draft_client(template.apply(options)), site={"source": "local", **template.settings}
    )
    return create_client(draft, template=template, workspace=workspace)


def create_client(
    draft: NewClientFile,
    *,
    template: SiteTemplate | None = None,
    workspace: WorkspacePath = None,
) -> CreatedClient:
    """Write the client's file, and copy its site.

    Raises `UsageError` if the client exists, or the folder of a template's copy, and `ConfigError`
    if the draft is not valid.
    """
    opened = open_workspace(workspace)
    file = require_new_client(draft.client_id, workspace=opened)
    config = check_draft(draft, file)
    source = opened.site_source(draft.client_id)
    # The client's file comes last: a client exists with its site, or not at all.
    if template is None:
        _copy_starter(source, config)
    else:
        _copy_template(template, source, config)
    write_client_file(file, draft)
    return CreatedClient(
        client_id=draft.client_id,
        file=file,
        source=source,
        engine=draft.engine,
        stack_type=config.stack_type,
        examples=tuple(draft.placeholder_settings()),
        secrets=list_needed_secrets(draft),
    )


def list_needed_secrets(draft: NewClientFile) -> tuple[tuple[str, str], ...]:
    """Return the secrets of a new client: (provider, name)."""
    needed = [
        (provider, secret.name)
        for provider in draft.providers.values()
        for secret in providers.load_manifest(provider).needs.secrets
    ]
    of_build = map(parse_build_secret, draft.site.get("build_secrets", ()))
    needed += [(secret.provider, secret.name) for secret in of_build]
    return tuple(dict.fromkeys(needed))


def require_new_client(client_id: str, *, workspace: WorkspacePath = None) -> Path:
    """Return the path of a file that does not exist yet. Raises `UsageError` if it does."""
    file = open_workspace(workspace).clients / f"{client_id}.yaml"
    # Only a valid ID may be looked up: `..` would lead out of the folder.
    if CLIENT_ID.fullmatch(client_id) and file.exists():
        raise UsageError(f"the client {client_id!r} already exists", hint=f"see {file}")
    return file


def write_config_schema(*, workspace: WorkspacePath = None) -> Path:
    """Write the JSON Schema where client files refer to it. Returns its path."""
    path = open_workspace(workspace).clients / schema.SCHEMA_FILE
    write_atomically(path, schema.schema_text())
    return path


def check_draft(draft: NewClientFile, file: Path) -> ClientServiceConfig:
    """Validate a draft as the file that it becomes. Raises `ConfigError`."""
    try:
        return validate_document(parse_yaml(draft.render()), file, "prod")["prod"]
    except ConfigError as error:
        # The findings concern the options: there is no file yet that they could point to.
        findings = tuple(replace(finding, where="", excerpt="") for finding in error.findings)
        raise ConfigError(findings) from None


def _copy_starter(source: Path, config: ClientServiceConfig) -> None:
    """Copy the engine's starter and the provider's editor files, unless a site exists."""
    if source.exists():
        return
    engine = engines.load_engine(config.service_integration.ssg_engine)
    starter = engine.starter_files(shipped_folder("templates"))
    # A rename is atomic: an interrupted copy leaves only a draft, which the next call removes.
    draft = source.with_name(f".{source.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        copy_files(starter, draft)
        site_url = f"https://{config.domain}"
        for path, content in editor_files.make_editor_files(
            config, engine, site_url, FileOwner.CLIENT
        ).items():
            target = draft / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        draft.rename(source)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy_template(template: SiteTemplate, source: Path, config: ClientServiceConfig) -> None:
    """Copy the template's site. A folder that exists could be another site, so it is refused."""
    if source.exists():
        raise UsageError(f"there is a folder {source} already", hint="choose another id")
    template.copy_to(source, config)


def write_client_file(file: Path, draft: NewClientFile) -> None:
    """Write a client's file. Raises `UsageError` if it exists."""
    schema_file: Path = file.with_name(schema.SCHEMA_FILE)
    if not schema_file.exists():
        write_atomically(schema_file, schema.schema_text())
    try:
        write_atomically(file, draft.render(), replace=False)
    except FileExistsError:
        raise UsageError(f"the client {draft.client_id!r} already exists") from None
