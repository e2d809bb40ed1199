"""Export a client, so that another owner can deploy it to another account.

The export holds no value of a secret and no personal data of the client's customers: neither
deliveries nor logs are read.
"""

import shutil
import stat
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Unpack

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings
from platform_cli.api.clients.handover_texts import (
    CONTENT_FILE,
    SECRETS_FILE,
    STEPS_FILE,
    NamedSecret,
    list_steps,
    render_secret_names,
    render_steps,
)
from platform_cli.api.deployments.lookup import find_deployed, open_secrets
from platform_cli.api.workspaces import Location, load_config, open_workspace
from platform_cli.blueprint.binding import Binding
from platform_cli.config.model import ClientServiceConfig
from platform_cli.config.schema import SCHEMA_FILE, schema_text
from platform_cli.engines import load_engine
from platform_cli.errors import PlatformError, UsageError
from platform_cli.local.addresses import installed_version
from platform_cli.operations import releases
from platform_cli.targets.deployments import ClientNotDeployed, Deployment
from platform_cli.workspace import CLIENTS_FOLDER, Workspace, shipped_folder
from platform_core import contract, providers
from platform_core.pipeline.build.deps import snapshot_key

ZIP: Final = ".zip"
SHORTEST_SECRET: Final = 8
"""Characters. A shorter value occurs in a file by chance."""
_FILE: Final = 0o644
_PROGRAM: Final = 0o755


@dataclass(frozen=True, slots=True)
class ClientExport:
    """An export of a client."""

    client_id: str
    path: Path
    """The new folder or zip file."""
    files: int
    items: int | None
    """Public items of the live release; None without one."""
    secrets: tuple[NamedSecret, ...]
    left_out: tuple[str, ...]
    """Files of the site that are not in the export."""
    steps: tuple[str, ...]
    """Sentences for the new owner, in order."""


@dataclass(frozen=True, slots=True)
class _Site:
    """The files of a client's site, by their names in the export."""

    files: Mapping[str, bytes]
    programs: frozenset[str]
    """Names of the files that a build may run, such as `scripts/build.sh`."""
    left_out: tuple[str, ...]


def export_client(
    client: str, destination: Path | str, **location: Unpack[Location]
) -> ClientExport:
    """Write a client's file, site, content and the names of its secrets to a new folder or zip.

    The result is a workspace. Raises `UsageError` if the destination exists, and `PlatformError` if
    a file of the site contains the value of a secret; nothing is written then.
    """
    path = _check_destination(Path(destination).expanduser())
    workspace = open_workspace(location.get("workspace"))
    config = load_config(client, location.get("environment"), workspace=workspace)
    deployed = _find_deployed(client, **location)
    site = _read_site(workspace, config)
    content = _read_live_content(deployed) if deployed else None
    items = content[1] if content else None
    secrets = _list_secrets(client, **location)
    steps = list_steps(config)
    files = {
        f"{CLIENTS_FOLDER}/{client}.yaml": workspace.client_file(client).read_bytes(),
        f"{CLIENTS_FOLDER}/{SCHEMA_FILE}": schema_text().encode(),
        **site.files,
        SECRETS_FILE: render_secret_names(secrets).encode(),
        STEPS_FILE: render_steps(config, steps, version=installed_version(), items=items).encode(),
        **({CONTENT_FILE: content[0]} if content else {}),
    }
    if deployed:
        _reject_secret_values(files, secrets, config, deployed)
    _write(path, files, site.programs)
    return ClientExport(client, path, len(files), items, secrets, site.left_out, tuple(steps))


def _check_destination(path: Path) -> Path:
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} exists already", hint="name a new folder, or a new .zip file")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}")
    return path


def _find_deployed(client: str, **location: Unpack[Location]) -> Deployment | None:
    try:
        return find_deployed(client, **location)
    except ClientNotDeployed:
        return None


def _read_site(workspace: Workspace, config: ClientServiceConfig) -> _Site:
    """Return the site. One in a repository has no files here: the repository is handed over."""
    if config.site.repository:
        return _Site({}, frozenset(), ())
    engine = load_engine(config.service_integration.ssg_engine)
    folder = workspace.site_source(config.client_id)
    found = (
        engine.source_files(folder)
        if folder.is_dir()
        else engine.starter_files(shipped_folder("templates"))
    )
    prefix = f"{CLIENTS_FOLDER}/{config.client_id}"
    exported = {
        f"{prefix}/{name.as_posix()}": file
        for name, file in found.items()
        if not _is_dotenv(name.name)
    }
    return _Site(
        {name: file.read_bytes() for name, file in exported.items()},
        frozenset(name for name, file in exported.items() if file.stat().st_mode & 0o100),
        tuple(name.as_posix() for name in found if _is_dotenv(name.name)),
    )


def _is_dotenv(name: str) -> bool:
    return (name == ".env" or name.startswith(".env.")) and not name.endswith(
        (".example", ".sample", ".template")
    )


def _read_live_content(deployed: Deployment) -> tuple[bytes, int] | None:
    """Return the snapshot that the live release was built from, and its number of items.

    A snapshot holds public content only.
    """
    live = releases.get_site(deployed).live
    release = releases.find_release(deployed, live) if live else None
    if release is None:
        return None
    s3, bucket = deployed.client("s3"), deployed.output(contract.OUT_DATA_BUCKET)
    try:
        stored = s3.get_object(Bucket=bucket, Key=snapshot_key(release.id))
    except s3.exceptions.NoSuchKey:
        return None
    return bytes(stored["Body"].read()), release.items


def _list_secrets(client: str, **location: Unpack[Location]) -> tuple[NamedSecret, ...]:
    blueprint = load_blueprint(
        client, location.get("environment"), workspace=location.get("workspace")
    )
    return tuple(
        _describe_secret(binding, name)
        for binding in provider_bindings(blueprint)
        for name in binding.secrets
    )


def _describe_secret(binding: Binding, name: str) -> NamedSecret:
    needs = providers.load_manifest(binding.provider).needs.secrets
    need = next((need for need in needs if need.name == name), None)
    purpose = need.purpose if need else "secret of the site's own build"
    is_required = need is None or need.required or name in binding.copied_secrets
    variable = f"{binding.provider}_{name}".upper()
    return NamedSecret(binding.provider, name, variable, purpose, is_required)


def _reject_secret_values(
    files: Mapping[str, bytes],
    secrets: tuple[NamedSecret, ...],
    config: ClientServiceConfig,
    deployed: Deployment,
) -> None:
    """Raise `PlatformError` if a file contains the current value of a secret."""
    stored = open_secrets(config, deployed.target)
    for secret in secrets:
        if not stored.describe(secret.provider, secret.name).is_set:
            continue
        value = stored.get_current_value(secret.provider, secret.name).encode()
        if len(value) < SHORTEST_SECRET:
            continue
        for name, body in files.items():
            if value in body:
                raise PlatformError(
                    f"{name} contains the value of {secret.name} of {secret.provider}",
                    hint="remove it from the site, rotate the secret, and export again",
                )


def _write(path: Path, files: Mapping[str, bytes], programs: frozenset[str]) -> None:
    """Write all files or none: into a draft that is renamed at the end."""
    draft = path.with_name(f".{path.name}.draft")
    modes = {name: _PROGRAM if name in programs else _FILE for name in files}
    _remove(draft)
    try:
        if path.suffix.lower() == ZIP:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, body in sorted(files.items()):
                    entry = zipfile.ZipInfo(name, time.localtime()[:6])
                    entry.external_attr = (stat.S_IFREG | modes[name]) << 16
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, body)
        else:
            for name, body in files.items():
                file = draft / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(body)
                file.chmod(modes[name])
        draft.rename(path)
    finally:
        _remove(draft)


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
