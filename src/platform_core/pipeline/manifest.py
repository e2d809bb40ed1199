"""What a build says it uploaded, held against what is there: half an upload is no release."""

import json

from platform_core import contract
from platform_core.pipeline.desk import Desk, files_of, iso
from platform_core.records import BuildRecord, ReleaseRecord


def verify(desk: Desk, record: BuildRecord) -> tuple[ReleaseRecord | None, str]:
    """The release, if its manifest is there and each object that it names."""
    home = files_of(record.id)
    text = desk.pages.get(f"{home}{contract.RELEASE_MANIFEST}")
    if text is None:
        return None, "the build published no release"
    try:
        files = {name: (one["key"], one["size"]) for name, one in _files(text, record.id)}
    except (ValueError, LookupError, TypeError, AttributeError):
        return None, "the release's manifest cannot be read"
    wanted = {key for key, _ in files.values()}
    if strange := [key for key in wanted if not key.startswith((home, contract.ASSETS))]:
        return None, f"the release names a file that is not its own: {strange[0][:200]}"
    prefixes = [home] + ([contract.ASSETS] if any(map(_shared, wanted)) else [])
    there = {fact.key for prefix in prefixes for fact in desk.pages.list(prefix)}
    if missing := sorted(wanted - there):
        return None, f"{len(missing)} files of the release are missing: {missing[0][:200]}"
    made = ReleaseRecord(
        id=record.id,
        covers=record.covers,
        created_at=iso(desk.clock()),
        input_hash=record.input_hash or "",
        source_digest=record.source_digest or "",
        items=record.items or 0,
        files=len(files),
        bytes=sum(int(size) for _, size in files.values()),
    )
    return made, ""


def _files(text: bytes, attempt: str) -> list[tuple[str, dict[str, str]]]:
    """The files of a manifest. Raises `ValueError` for another attempt's."""
    manifest = json.loads(text)
    if manifest["attempt"] != attempt:
        raise ValueError("the manifest of another attempt")
    return list(manifest["files"].items())


def _shared(key: str) -> bool:
    return key.startswith(contract.ASSETS)
