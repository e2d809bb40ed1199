"""Delete previews: the entry at the edge first, and the row last."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from platform_core import contract
from platform_core.contract.status import BuildOutcome, PreviewStatus
from platform_core.pipeline.build.deps import BuilderDeps, snapshot_key
from platform_core.pipeline.preview.ports import PreviewPorts
from platform_core.pipeline.preview.record import PreviewRecord

ORPHAN_SECONDS: Final = 24 * 3600.0
"""Age at which objects without a preview are deleted. No build runs that long."""


def delete_preview(deps: BuilderDeps, ports: PreviewPorts, record: PreviewRecord) -> None:
    """Close the address of a preview, and delete its objects and its row. May be repeated."""
    ending = replace(record, status=PreviewStatus.ENDING)
    if record.status != PreviewStatus.ENDING and ports.store.replace(record, ending) is None:
        # The next call reads the row as it is now.
        return
    ports.entries.delete([record.entry[0]])
    if record.build_id:
        job = ports.builds.status(record.build_id)
        if job is not None and job.outcome == BuildOutcome.RUNNING:
            ports.builds.stop(record.build_id)
    for folder in record.folders:
        _delete(deps, (info.key for info in deps.pages.list(contract.preview_prefix(folder))))
    if record.attempt:
        deps.data.delete([snapshot_key(record.attempt)])
    # The row goes last: as long as it exists, the next run finds the rest.
    ports.store.delete(record.id)
    deps.log("preview deleted", preview=record.id)


def delete_orphaned_objects(deps: BuilderDeps) -> None:
    """Delete the objects of builds that no preview has, such as stopped ones."""
    if deps.previews is None:
        return
    folders = {folder for record in deps.previews.store.list() for folder in record.folders}
    oldest = deps.clock() - ORPHAN_SECONDS
    listed = deps.pages.list(contract.PREVIEWS)
    _delete(
        deps,
        (
            info.key
            for info in listed
            if info.key.split("/", 2)[1] not in folders and info.modified_at < oldest
        ),
    )


def _delete(deps: BuilderDeps, keys: Iterable[str]) -> None:
    if batch := list(keys):
        deps.pages.delete(batch)
