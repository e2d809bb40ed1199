"""The redirects and headers of a release: read from its files, and stored at the edge.

A release holds them as files: those of the client's file under names of the platform, then the
site's own `_redirects` and `_headers`. A build runs a client's code, so every file is checked here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from platform_core import contract
from platform_core.hosting.cycles import refuse_cycles
from platform_core.hosting.edge_rules import EdgeRules, compile_rules, path_key, release_key
from platform_core.hosting.headers_file import read_headers
from platform_core.hosting.redirects_file import read_redirects
from platform_core.hosting.rules import HostingRules, RedirectRule, RefusedRule, join_rules
from platform_core.pipeline.build.deps import BuilderDeps
from platform_core.pipeline.records import ReleaseRecord
from platform_core.pipeline.release.manifest import ReleaseManifest

READERS: Final[Mapping[str, Callable[[str, str], HostingRules]]] = {
    contract.CLIENT_REDIRECTS: read_redirects,
    "_redirects": read_redirects,
    contract.CLIENT_HEADERS: read_headers,
    "_headers": read_headers,
}
"""The files of a release with rules, in the order in which they apply."""
MAX_SETS: Final = 12
"""Sets of rules from which on unused ones are deleted at once. The store holds fourteen."""
MAX_FILE_BYTES: Final = 4_000_000


def store_rules(
    deps: BuilderDeps, release: ReleaseRecord, manifest: ReleaseManifest
) -> tuple[str, str]:
    """Store the rules of a release at the edge. Returns the name of their set, or a problem.

    Without rules, and for a client whose edge function applies none, both are empty.
    """
    if deps.rules is None:
        return "", ""
    compiled, problems = _compile(deps, release, manifest)
    if problems:
        first = problems[0]
        return "", f"{first.rule}: {first.reason}; {first.way_out}"
    if compiled.name:
        entries = {} if _is_stored(deps, compiled.name) else compiled.entries or {}
        deps.rules.put({**entries, release_key(release.files_folder): compiled.name})
    return compiled.name, ""


def forget_unused_rules(deps: BuilderDeps, kept: Iterable[ReleaseRecord]) -> None:
    """Delete the sets of rules at the edge that no kept release uses."""
    if deps.rules is not None:
        with_rules = [record for record in kept if record.rules]
        sets = {path_key(record.rules or "", "") for record in with_rules}
        deps.rules.keep_only(sets | {release_key(record.files_folder) for record in with_rules})


def has_many_unused_rules(releases: Sequence[ReleaseRecord], kept: Collection[str]) -> bool:
    """Return whether the sets of releases that need not stay could fill the store.

    Builds that change the pages of a site with rules store a set each.
    """
    sets = {record.rules for record in releases if record.rules}
    used = {record.rules for record in releases if record.rules and record.id in kept}
    return len(sets) >= MAX_SETS and sets != used


def _compile(
    deps: BuilderDeps, release: ReleaseRecord, manifest: ReleaseManifest
) -> tuple[EdgeRules, tuple[RefusedRule, ...]]:
    parts = []
    for name, read in READERS.items():
        file = manifest.files.get(f"{release.prefix}{name}")
        if file is None:
            continue
        if file.size > MAX_FILE_BYTES:
            limit = f"{file.size:,} bytes, and at most {MAX_FILE_BYTES:,} are read"
            return EdgeRules(), (RefusedRule(name, limit, "make it shorter"),)
        text = deps.pages.get(file.key) or b""
        # Visitors get the rules, not the file.
        hidden = RedirectRule(f"/{name}", "/404.html", 404, force=True)
        parts += [HostingRules((hidden,)), read(name, text.decode("utf-8", "replace"))]
    rules = refuse_cycles(join_rules(parts))
    for refused in rules.refused:
        deps.log("rule refused", rule=refused.rule, reason=refused.reason, where=refused.where)
    if too_long := [refused for refused in rules.refused if refused.where in READERS]:
        return EdgeRules(), tuple(too_long)
    return compile_rules(rules, (key.removeprefix(release.prefix) for key in manifest.files))


def _is_stored(deps: BuilderDeps, name: str) -> bool:
    """Return whether the newest release has the same set. Pruning keeps it."""
    state = deps.site.read()
    ready = deps.records.find_release(state.ready) if state.ready else None
    return ready is not None and ready.rules == name
