"""Prepare the inputs of a build besides the content: the site's source and its facts.

Both are uploaded to the data bucket. The archive is named by its digest, so it is uploaded once.
The facts are written last, so a build never reads facts that name a missing archive.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.engines import STARTER, DetectedSite, Engine
from platform_cli.local.addresses import installed_version
from platform_cli.site_source import editor_files, working_copy
from platform_cli.site_source.archive import SourceArchive, clone_repository, pack_source
from platform_cli.site_source.client_site import site_engine
from platform_cli.site_source.rule_files import write_rule_files
from platform_cli.targets import tool_version
from platform_cli.targets.deployments import Deployment
from platform_cli.workspace import Workspace, shipped_folder
from platform_core import contract
from platform_core.feed.content_feed import SiteFacts
from platform_core.forms.definition import forms_to_json
from platform_core.provider_kit.editor_files import FileOwner

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig


def pack_site_source(
    workspace: Workspace, config: "ClientServiceConfig", url: str,
    detected: DetectedSite = STARTER, *, folder: Path | None = None, is_preview: bool = False,
) -> SourceArchive:  # fmt: skip
    """Pack the client's folder or the branch of its repository, and the files of its editors.

    `url` is the public address of the site, `detected` the facts from its files, `folder` a
    working folder to pack in place of both. The archive of a site that renders its own repository
    has the tools of the build only, except for a preview.
    """
    generator = site_engine(config, detected)
    publisher = shipped_folder("lambdas") / "publisher"
    under = editor_files.make_editor_files(config, generator, url, FileOwner.BUILD)
    rules = write_rule_files(config.site)
    if generator.checkout and not is_preview:
        # A build downloads the commit of the repository: `platform_core.pipeline.source`.
        return pack_source({}, generator, publisher, under=under, beside=rules)
    with list_site_files(workspace, config, generator, folder) as files:
        return pack_source(files, generator, publisher, under=under, beside=rules)


@contextmanager
def list_site_files(
    workspace: Workspace,
    config: "ClientServiceConfig",
    generator: Engine,
    folder: Path | None = None,
) -> Iterator[Mapping[Path, Path]]:
    """Provide the files of a site by their path in its source.

    They are those of `folder`, of the client's folder, or of a clone, which is deleted at the end.
    """
    if folder is not None or config.site.repository is None:
        folder = folder or workspace.site_source(config.client_id)
        yield working_copy.prepare_source_files(folder, generator, shipped_folder("templates"))
        return
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / "site"
        yield generator.source_files(
            clone_repository(config.site.repository, config.site.branch, target)
        )


def make_site_facts(
    config: "ClientServiceConfig",
    packed: SourceArchive,
    url: str,
    detected: DetectedSite = STARTER,
) -> SiteFacts:
    """Collect the facts of the site for its build."""
    generator = site_engine(config, detected)
    forms = config.site.form_definitions
    return SiteFacts(
        client_id=config.client_id,
        environment=str(config.environment),
        name=config.company_name,
        domain=config.domain,
        url=url.rstrip("/"),
        contact_email=config.contact_email,
        language=config.site.language,
        tagline=config.site.tagline,
        analytics_origins=" ".join(dict.fromkeys(config.site.analytics_origins)),
        forms=forms_to_json(form.public() for form in forms) if forms else "",
        form_pages="yes" if forms and detected.is_starter else "",
        source_key=packed.key,
        source_digest=packed.digest,
        engine=generator.name,
        engine_version=generator.version,
        buildspec_digest=generator.buildspec_digest(),
    )


def upload_inputs(
    deployment: Deployment, source: SourceArchive, facts: SiteFacts, *, version: str | None = None
) -> bool:
    """Upload the inputs that changed. Returns False if both are up to date.

    Notes the version of the tool, by default the installed one, with the facts.
    """
    version = version or installed_version()
    bucket = deployment.output(contract.OUT_DATA_BUCKET)
    s3 = deployment.client("s3")
    body = json.dumps(facts.as_dict(), indent=2, sort_keys=True).encode()
    stored_body, stored_version = _read_facts(deployment, bucket)
    is_changed = stored_body != body
    if not is_changed and stored_version == version:
        return False
    if is_changed:
        upload_source(deployment, source)
    s3.put_object(
        Bucket=bucket,
        Key=contract.SITE_FACTS,
        Body=body,
        ContentType="application/json",
        Metadata={tool_version.DEPLOYED_BY: version},
    )
    return is_changed


def upload_preview_source(deployment: Deployment, source: SourceArchive) -> str:
    """Upload the source of a preview, which expires, and return its key."""
    key = contract.preview_source_key(source.digest)
    # Also if it is there already: this begins its time anew.
    deployment.client("s3").put_object(
        Bucket=deployment.output(contract.OUT_DATA_BUCKET), Key=key, Body=source.archive,
        ContentType="application/zip",
    )  # fmt: skip
    return key


def upload_source(deployment: Deployment, source: SourceArchive) -> None:
    """Upload the archive of a source, unless it is there already."""
    bucket = deployment.output(contract.OUT_DATA_BUCKET)
    if not _exists(deployment, bucket, source.key):
        deployment.client("s3").put_object(
            Bucket=bucket, Key=source.key, Body=source.archive, ContentType="application/zip"
        )


def _read_facts(deployment: Deployment, bucket: str) -> tuple[bytes | None, str | None]:
    """Return the stored facts, and the version of the tool that wrote them."""
    s3 = deployment.client("s3")
    try:
        stored = s3.get_object(Bucket=bucket, Key=contract.SITE_FACTS)
    except s3.exceptions.NoSuchKey:
        return None, None
    return bytes(stored["Body"].read()), tool_version.get_noted_version(stored)


def _exists(deployment: Deployment, bucket: str, key: str) -> bool:
    page = deployment.client("s3").list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    return bool(page.get("KeyCount"))
