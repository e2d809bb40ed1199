"""Mutants of previews (141 to 148), commits of a repository (151 to 158) and rules (161 to 164)."""

from tests.assurance.mutants.mutant import Mutant

PREVIEW = "src/platform_core/pipeline/preview"
SOURCE = "src/platform_core/pipeline/source"
STATE = f"{SOURCE}/state.py"
KEEPER = f"{SOURCE}/keeper.py"
PREVIEWS = ("tests/core/test_previews.py", "tests/assurance/simulation/test_previews.py")
SITE_RULES = "src/platform_core/pipeline/release/site_rules.py"
RULES = ("tests/assurance/simulation/test_rules.py",)
COMMITS = ("tests/core/test_source_keeper.py", "tests/assurance/simulation/test_source.py")
ARCHIVES = ("tests/core/test_source_archive.py",)

MUTANTS = (
    Mutant(
        141, "a preview is built beside a wanted live build", f"{PREVIEW}/previews.py",
        "        if not self._is_site_free():", "        if False:", PREVIEWS,
    ),
    Mutant(
        142, "the build of a preview does not make way", f"{PREVIEW}/make_way.py",
        "        if ports.store.replace(current, as_waiting(current)):", "        if False:",
        PREVIEWS,
    ),
    Mutant(
        143, "a preview that ended during its build is opened", f"{PREVIEW}/previews.py",
        "                self.ports.entries.delete([key])", "                pass", PREVIEWS,
    ),
    Mutant(
        144, "a preview has no end", f"{PREVIEW}/previews.py",
        "if record.ends_at <= self.deps.clock() or record.status", "if record.status", PREVIEWS,
    ),
    Mutant(
        145, "the address of an ended preview stays open", f"{PREVIEW}/deletion.py",
        "    ports.entries.delete([record.entry[0]])\n", "", PREVIEWS,
    ),
    Mutant(
        146, "the files of an earlier try stay", f"{PREVIEW}/deletion.py",
        "    for folder in record.folders:", "    for folder in record.folders[-1:]:", PREVIEWS,
    ),
    Mutant(
        147, "the row of a preview goes before its files", f"{PREVIEW}/deletion.py",
        "    ports.entries.delete([record.entry[0]])\n",
        "    ports.store.delete(record.id)\n    ports.entries.delete([record.entry[0]])\n",
        PREVIEWS,
    ),
    Mutant(
        148, "a preview shares files with releases", f"{PREVIEW}/verify.py",
        "    if shared := sorted(manifest.assets):", "    if shared := sorted(()):", PREVIEWS,
    ),
    Mutant(
        151, "an older head replaces a newer commit", STATE,
        "        return HeadVerdict.OLDER\n    is_reported",
        "        return HeadVerdict.NEWER\n    is_reported", COMMITS,
    ),
    Mutant(
        152, "two pushes of one second have no order", STATE,
        "    return HeadVerdict.NEWER if is_newer else HeadVerdict.OLDER",
        "    return HeadVerdict.NEWER", COMMITS,
    ),
    Mutant(
        153, "a push that the host does not show yet counts as applied", KEEPER,
        "            if is_young and not (is_shown and verdict is not HeadVerdict.OLDER):",
        "            if False:", COMMITS,
    ),
    Mutant(
        154, "the row is written without a look at its revision",
        "lambdas/runtime/adapters/dynamodb/source.py",
        'condition = "#revision = :before" if before else "attribute_not_exists(#revision)"',
        'condition = "#revision <> :before" if before else "attribute_exists(kind) OR '
        'attribute_not_exists(#revision)"', ("tests/lambdas/test_source.py",),
    ),
    Mutant(
        155, "a build does not read the branch", "src/platform_core/pipeline/build/snapshot.py",
        "        deps.source.refresh()", "        pass", COMMITS,
    ),
    Mutant(
        156, "a push is counted before its archive is stored",
        "src/platform_core/pipeline/ingest/applied_delivery.py",
        "        pushes = int(self.source is not None)", "        pushes = 0", COMMITS,
    ),
    Mutant(
        157, "an archive with a link to another file is built", f"{SOURCE}/archive.py",
        "    if stat.S_ISLNK(entry.external_attr >> 16):", "    if False:", ARCHIVES,
    ),
    Mutant(
        158, "an archive expires while its site waits", KEEPER,
        "not state.has_archive(self.clock() - RENEWAL_SECONDS)", "False", COMMITS,
    ),
    Mutant(
        161, "pruning deletes the rules of releases that stay",
        "src/platform_core/pipeline/release/prune.py",
        "forget_unused_rules(deps, (record for record in releases if record not in condemned))",
        "forget_unused_rules(deps, ())", RULES,
    ),
    Mutant(
        162, "a release does not name its rules", SITE_RULES,
        "deps.rules.put({**entries, release_key(release.files_folder): compiled.name})",
        "deps.rules.put(entries)", RULES,
    ),
    Mutant(
        163, "a release names rules that are not stored", SITE_RULES,
        "        entries = {} if _is_stored(deps, compiled.name) else compiled.entries or {}",
        "        entries = {}", RULES,
    ),
    Mutant(
        164, "rules of deleted releases stay", SITE_RULES,
        "deps.rules.keep_only(sets | {release_key(record.files_folder) for record in with_rules})",
        "pass", ("tests/lambdas/test_release_rules.py",),
    ),
)  # fmt: skip
