"""Check a finished build's release before it goes live: complete, and without files of others.

A build runs a client's code, and its role may put new objects under some prefixes. So the builder
compares what is there with what the manifest says. A release holds the files that its manifest
names, and no other. An asset has the bytes that its name promises: all releases share assets, and a
publisher that finds a name takes its bytes for granted.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from platform_core import contract
from platform_core.errors import Malformed
from platform_core.pipeline.build.deps import BuilderDeps, format_time
from platform_core.pipeline.ports import Objects
from platform_core.pipeline.records import BuildRecord, ReleaseRecord
from platform_core.pipeline.release import site_rules
from platform_core.pipeline.release.manifest import (
    MAX_FILES,
    ManifestFile,
    ReleaseManifest,
    read_manifest,
)


def verify_release(
    deps: BuilderDeps, record: BuildRecord, folder: str
) -> tuple[ReleaseRecord | None, str]:
    """Return the build's release, or None and the reason why there is none.

    `folder`: the folder that only this build can write; empty: the one of its attempt's id.
    """
    release = ReleaseRecord(
        id=record.id,
        covers=record.covers,
        created_at=format_time(deps.clock()),
        input_hash=record.input_hash or "",
        source_digest=record.source_digest or "",
        commit=record.commit,
        items=record.items or 0,
        assets_checked=True,
        folder=folder,
    )
    try:
        manifest = read_manifest(deps.pages, release.prefix, record.id)
    except Malformed as error:
        return None, f"the release's manifest cannot be read: {error}"
    if manifest is None:
        return None, "the build published no release"
    if manifest.refused:
        return None, f"the release is refused: {manifest.refused}"
    if problem := find_page_problem(deps.pages, release.prefix, manifest):
        return None, problem
    if problem := _find_asset_problem(deps, manifest):
        return None, problem
    rules, problem = site_rules.store_rules(deps, release, manifest)
    if problem:
        return None, f"its redirects and headers do not fit the edge: {problem}"
    size = sum(file.size for file in manifest.files.values())
    return replace(release, files=len(manifest.files), bytes=size, rules=rules or None), ""


def find_page_problem(pages: Objects, prefix: str, manifest: ReleaseManifest) -> str:
    """Compare the objects under the release's own prefix with the manifest."""
    named = manifest.files.keys() - manifest.assets.keys()
    # The manifest is one object more, and a further one is too many.
    listed = islice(pages.list(prefix), MAX_FILES + 2)
    existing = {info.key for info in listed} - {f"{prefix}{contract.RELEASE_MANIFEST}"}
    if missing := sorted(named - existing):
        return f"{len(missing)} files of the release are missing: {missing[0][:200]}"
    if extra := sorted(existing - named):
        return f"the release holds files that its manifest does not name: {extra[0][:200]}"
    return ""


def _find_asset_problem(deps: BuilderDeps, manifest: ReleaseManifest) -> str:
    """Compare the name, the manifest and the bytes of each asset that is not checked yet."""
    assets = manifest.assets
    for key, file in assets.items():
        if file.hash_in_name is None:
            return f"the name of {key[:200]} does not hold the SHA-256 of its bytes"
        if file.sha256 not in {None, file.hash_in_name}:
            return f"the manifest and the name of {key[:200]} differ"
    unchecked = _list_unchecked_assets(deps, assets) if assets else {}
    stored = deps.pages.checksums(list(unchecked)) if unchecked else {}
    if missing := sorted(unchecked.keys() - stored.keys()):
        return f"{len(missing)} files of the release are missing: {missing[0][:200]}"
    wrong = [key for key, file in unchecked.items() if stored[key] != file.hash_in_name]
    return f"{wrong[0][:200]} has other bytes than its name says" if wrong else ""


def _list_unchecked_assets(
    deps: BuilderDeps, assets: Mapping[str, ManifestFile]
) -> dict[str, ManifestFile]:
    """Return the assets that the newest release does not have.

    Those of the newest release were checked with it. Pruning keeps them, and nobody can put other
    bytes under their names.
    """
    state = deps.site.read()
    ready = deps.records.find_release(state.ready) if state.ready else None
    if ready is None or not ready.assets_checked:
        return dict(assets)
    try:
        known = read_manifest(deps.pages, ready.prefix, ready.id)
    except Malformed:
        known = None
    checked = known.files.keys() if known else set[str]()
    return {key: file for key, file in assets.items() if key not in checked}
