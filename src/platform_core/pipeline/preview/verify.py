"""Check a build's output before it opens as a preview: complete, and all of it its own."""

from dataclasses import replace

from platform_core.contract.status import PreviewStatus
from platform_core.errors import Malformed
from platform_core.pipeline.ports import Objects
from platform_core.pipeline.preview.record import PreviewRecord
from platform_core.pipeline.release.manifest import read_manifest
from platform_core.pipeline.release.verify import find_page_problem


def verify_preview(pages: Objects, record: PreviewRecord) -> tuple[PreviewRecord, str]:
    """Return the record of the ready preview, or the record as it was and a problem."""
    try:
        manifest = read_manifest(pages, record.prefix, record.attempt or "")
    except Malformed as error:
        return record, f"the manifest of the preview cannot be read: {error}"
    if manifest is None:
        return record, "the build published no preview"
    if manifest.refused:
        return record, f"the preview is refused: {manifest.refused}"
    if shared := sorted(manifest.assets):
        return record, f"a preview shares no files with releases: {shared[0][:200]}"
    if problem := find_page_problem(pages, record.prefix, manifest):
        return record, problem
    size = sum(file.size for file in manifest.files.values())
    ready = replace(
        record, status=PreviewStatus.READY, files=len(manifest.files), bytes=size, lease=None
    )
    return ready, ""
