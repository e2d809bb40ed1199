"""Check the manifest of a release against the bucket: half an upload is no release."""

import json

from platform_core import contract
from platform_core.pipeline.build.deps import BuilderDeps, format_time, release_prefix
from platform_core.pipeline.records import BuildRecord, ReleaseRecord


def verify_release(deps: BuilderDeps, record: BuildRecord) -> tuple[ReleaseRecord | None, str]:
    """Return the build's release, or None and the reason why there is none.

    A release is complete if its manifest exists and every object that the manifest names exists.
    """
    prefix = release_prefix(record.id)
    text = deps.pages.get(f"{prefix}{contract.RELEASE_MANIFEST}")
    if text is None:
        return None, "the build published no release"
    try:
        entries = _manifest_entries(text, record.id)
        files = {path: (entry["key"], entry["size"]) for path, entry in entries}
    except (ValueError, LookupError, TypeError, AttributeError):
        return None, "the release's manifest cannot be read"
    named = {key for key, _ in files.values()}
    if foreign := [key for key in named if not key.startswith((prefix, contract.ASSETS))]:
        return None, f"the release names a file that is not its own: {foreign[0][:200]}"
    # Assets are listed only if the release names some: the prefix holds those of all releases.
    prefixes = [prefix] + ([contract.ASSETS] if any(map(_is_asset, named)) else [])
    existing = {info.key for listed in prefixes for info in deps.pages.list(listed)}
    if missing := sorted(named - existing):
        return None, f"{len(missing)} files of the release are missing: {missing[0][:200]}"
    release = ReleaseRecord(
        id=record.id,
        covers=record.covers,
        created_at=format_time(deps.clock()),
        input_hash=record.input_hash or "",
        source_digest=record.source_digest or "",
        items=record.items or 0,
        files=len(files),
        bytes=sum(int(size) for _, size in files.values()),
    )
    return release, ""


def _manifest_entries(text: bytes, attempt: str) -> list[tuple[str, dict[str, str]]]:
    """Return path and entry of each file. Raises `ValueError` for another attempt's manifest."""
    manifest = json.loads(text)
    if manifest["attempt"] != attempt:
        raise ValueError("the manifest of another attempt")
    return list(manifest["files"].items())


def _is_asset(key: str) -> bool:
    return key.startswith(contract.ASSETS)
