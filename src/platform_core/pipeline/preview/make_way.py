"""Stop the builds of previews when a build of the live site starts."""

from dataclasses import replace

from platform_core.contract.status import PreviewStatus
from platform_core.errors import StoreUnavailable
from platform_core.pipeline.build.deps import MAX_TRIES, BuilderDeps
from platform_core.pipeline.preview.ports import PreviewPorts
from platform_core.pipeline.preview.record import PreviewRecord


def stop_preview_builds(deps: BuilderDeps) -> None:
    """Stop every running build of a preview, and set the preview to waiting.

    A fault here never stops the live site's build, whose start comes next.
    """
    if deps.previews is None:
        return
    try:
        for record in deps.previews.store.list():
            _stop_build(deps, deps.previews, record)
    except StoreUnavailable as error:
        deps.log("a preview could not make way", reason=str(error))


def _stop_build(deps: BuilderDeps, ports: PreviewPorts, record: PreviewRecord) -> None:
    current: PreviewRecord | None = record
    for _ in range(MAX_TRIES):
        if current is None or current.status != PreviewStatus.BUILDING:
            return
        # The row first: whoever is starting this build right now sees it, and stops the build.
        if ports.store.replace(current, as_waiting(current)):
            deps.log("preview made way", preview=current.id)
            if current.build_id:
                ports.builds.stop(current.build_id)
            return
        current = ports.store.find(current.id)


def as_waiting(record: PreviewRecord) -> PreviewRecord:
    """Return the record without a build."""
    return replace(record, status=PreviewStatus.WAITING, attempt=None, build_id=None, lease=None)
