"""Mutants of failures 45 to 68: tables, batching, builds, queues and money."""

from tests.assurance.mutants.mutant import (
    BATCHING,
    BUILDER,
    INGEST,
    PORTS,
    STORMS,
    WIRE,
    Mutant,
)

CORE = "src/platform_core"
WORKER = f"{CORE}/pipeline/ingest/worker.py"
ATTEMPTS = f"{CORE}/pipeline/ingest/attempts.py"
APPLIED = f"{CORE}/pipeline/ingest/applied_delivery.py"
SWEEPER = f"{CORE}/pipeline/ingest/sweeper.py"
BUILD = f"{CORE}/pipeline/build"
COMPLETION = f"{BUILD}/completion.py"
RELEASE = f"{CORE}/pipeline/release"
ADAPTERS = "lambdas/runtime/adapters"
CONTENT = f"{ADAPTERS}/dynamodb/content_store.py"
OBJECTS = f"{ADAPTERS}/s3/objects.py"
CODEBUILD = f"{ADAPTERS}/codebuild.py"
HANDLERS = ("tests/lambdas/test_handlers.py",)
ATTEMPT_TESTS = ("tests/lambdas/test_attempts.py",)
VERIFY = ("tests/lambdas/test_verify.py",)
PRUNE = ("tests/lambdas/test_prune.py",)
LOAD = ("tests/cli/clients/test_load.py",)

MUTANTS = (
    Mutant(
        45, "a float is written to the table as it is", f"{ADAPTERS}/dynamodb/items.py",
        "            return Decimal(repr(value))", "            return value", PORTS,
    ),
    Mutant(
        46, "a large body stays in its row", CONTENT,
        "MAX_ROW_WITH_BODY: Final = 350 * 1024", "MAX_ROW_WITH_BODY: Final = 10**9", PORTS,
    ),
    Mutant(
        47, "a message contains the content", f"{CORE}/pipeline/events.py",
        '"slug": item.slug}\n', '"slug": item.slug, "body": item.body}\n',
        ("tests/core/test_events.py",),
    ),
    Mutant(
        49, "every delivery that the index lists counts as pending", WORKER,
        "            if stored is None or stored.delivery.status != DeliveryStatus.PENDING:\n"
        "                return\n",
        "            if stored is None:\n                return\n", INGEST,
    ),
    Mutant(
        50, "the snapshot reads only the first page of the table", CONTENT,
        "            ConsistentRead=True,\n            FilterExpression=NOT_DELETED,\n"
        '            ExpressionAttributeNames={"#deleted": "deleted"},\n        )\n'
        '        with translate_errors("content"):\n            for page in pages:\n',
        "            ConsistentRead=True,\n            FilterExpression=NOT_DELETED,\n"
        '            ExpressionAttributeNames={"#deleted": "deleted"},\n        )\n'
        '        with translate_errors("content"):\n            for page in list(pages)[:1]:\n',
        WIRE,
    ),
    Mutant(
        50, "a release is checked against the first page of its files", OBJECTS,
        "            for page in pages.paginate(Bucket=self._name, Prefix=prefix):",
        "            for page in list(pages.paginate(Bucket=self._name, Prefix=prefix))[:1]:",
        WIRE,
    ),
    Mutant(
        51, "failed deletions of objects are ignored", OBJECTS,
        'if errors := answer.get("Errors"):', "if errors := answer.get(None):", WIRE,
    ),
    Mutant(
        51, "messages that SNS refused are not sent again", f"{ADAPTERS}/event_bus.py",
        'left = {failed["Id"]: left[failed["Id"]] for failed in answer.get("Failed", ())}',
        "left = {}", WIRE,
    ),
    Mutant(
        52, "two items share one page", f"{CORE}/feed/packed_entries.py",
        "        while slug in used_slugs or (slug != entry.slug and slug in preferred_slugs):",
        "        while False:", ("tests/core/test_feed.py",),
    ),
    Mutant(
        53, "a schedule is not deleted after it fired", f"{ADAPTERS}/timers.py",
        '                    ActionAfterCompletion="DELETE",\n', "", HANDLERS,
    ),
    Mutant(
        55, "two attempts claim the site at once", f"{BUILD}/builder.py",
        '            "state": state.state,\n            "attempt": state.attempt,\n'
        '            "built": state.built,\n', "", STORMS,
    ),
    Mutant(
        56, "a change that came in during a snapshot counts as built", f"{BUILD}/snapshot.py",
        "    counts = passed_over if deps.reads_listings else None",
        "    state = deps.site.read()\n"
        "    counts = passed_over if deps.reads_listings else None",
        BUILDER,
    ),
    Mutant(
        57, "a timer during a build starts another build", f"{BUILD}/batching.py",
        "    if state.state == SiteBuildStatus.BUILDING:", "    if False:", BATCHING,
    ),
    Mutant(
        58, "a build whose end event was lost is never polled", COMPLETION,
        "        is_lease_over = state.lease is None or state.lease <= self.deps.clock()\n",
        "        is_lease_over = False\n", BUILDER,
    ),
    Mutant(
        59, "a start without a response breaks the builder", CODEBUILD,
        'getattr(error, "response", None) or {}', 'getattr(error, "response", {})', WIRE,
    ),
    Mutant(
        38, "a start counts as refused although an earlier answer was lost", CODEBUILD,
        ' and not metadata.get("RetryAttempts", 0)', "", WIRE,
    ),
    Mutant(
        59, "a build without a stored id is not looked up", COMPLETION,
        "builds.status(build_id) if build_id else self.deps.builds.find(attempt)",
        "builds.status(build_id) if build_id else None", BUILDER,
    ),
    Mutant(
        60, "a failed build counts its changes as built", COMPLETION,
        '        values = {**CLEARED_FAILURES, "failures": failures}\n',
        '        values = {**CLEARED_FAILURES, "failures": failures, "built": record.covers}\n',
        BUILDER,
    ),
    Mutant(
        60, "a build that never left the queue counts as failed", CODEBUILD,
        '    if status == "TIMED_OUT" and timed_out:', "    if False:", WIRE,
    ),
    Mutant(
        59, "an account without a quota wakes nobody", COMPLETION,
        "if now - since >= PUT_OFF_LIMIT else {}", "if False else {}", BUILDER,
    ),
    Mutant(
        61, "an older build replaces a newer one", COMPLETION,
        "            if covers <= state.built:\n                return\n", "",
        BUILDER,
    ),
    Mutant(
        62, "an incomplete upload goes live", f"{RELEASE}/verify.py",
        "    if missing := sorted(named - existing):", "    if missing := []:", BUILDER,
    ),
    Mutant(
        62, "assets are pruned while a page may still use them", f"{RELEASE}/prune.py",
        "RETENTION_GRACE: Final = 7 * 24 * 3600.0", "RETENTION_GRACE: Final = 0.0", PRUNE,
    ),
    Mutant(
        62, "assets of kept releases are pruned", f"{RELEASE}/prune.py",
        "            if info.key not in used and now", "            if now", PRUNE,
    ),
    Mutant(
        63, "an item's text is sent to the build service", f"{BUILD}/builder.py",
        "BuildOrder(record.id, content.facts.source_key, content.facts.url, commit_key)",
        "BuildOrder(record.id, content.facts.source_key, next(deps.content()).title)",
        BUILDER,
    ),
    Mutant(
        64, "one malformed row stops its batch", WORKER,
        "            except (PipelineError, *UNEXPECTED_ERRORS) as error:",
        "            except PipelineError as error:", INGEST,
    ),
    Mutant(
        64, "an attempt is not counted before its work", WORKER,
        "        if not count_attempt_or_give_up(deps, stored):", "        if False:",
        ATTEMPT_TESTS,
    ),
    Mutant(
        64, "a delivery that may kill its worker is applied among the others", WORKER,
        "        if stored.unfinished_attempts and not is_alone:", "        if False:",
        ATTEMPT_TESTS,
    ),
    Mutant(
        64, "a delivery that always kills its worker is never given up", ATTEMPTS,
        "    if unfinished >= MAX_UNFINISHED_ATTEMPTS:", "    if False:", ATTEMPT_TESTS,
    ),
    Mutant(
        64, "a delivery with many parts starts over in every run", APPLIED,
        "    start = done = stored.progress.done if stored.progress.total == len(parts) else 0",
        "    start = done = 0", ATTEMPT_TESTS,
    ),
    Mutant(
        64, "a delivery with many parts has no limit of time", APPLIED,
        "        if done > start and deps.clock() >= until:", "        if False:",
        ATTEMPT_TESTS,
    ),
    Mutant(
        67, "the size of a manifest is not limited", f"{RELEASE}/manifest.py",
        "    if listed.size > MAX_MANIFEST_BYTES:", "    if False:", VERIFY,
    ),
    Mutant(
        67, "the key in a manifest may be any JSON", f"{RELEASE}/manifest.py",
        "    if not isinstance(key, str) or not _KEY.fullmatch(key):", "    if False:", VERIFY,
    ),
    Mutant(
        67, "the bytes of an asset are not compared with its name", f"{RELEASE}/verify.py",
        "    wrong = [key for key, file in unchecked.items() if stored[key] != file.hash_in_name]",
        "    wrong: list[str] = []", VERIFY,
    ),
    Mutant(
        67, "a release may hold files that its manifest does not name", f"{RELEASE}/verify.py",
        "    if extra := sorted(existing - named):", "    if extra := sorted(set[str]()):", VERIFY,
    ),
    Mutant(
        67, "the end of an attempt is tried without end", f"{BUILD}/end_tries.py",
        "    if state.end_tries >= MAX_END_TRIES:", "    if False:", VERIFY,
    ),
    Mutant(
        64, "deliveries that failed are not reported to the stream",
        f"{ADAPTERS}/dynamodb/inbox_stream.py",
        '[{"itemIdentifier": sequence_numbers[id_]} for id_ in failed]', "[]", HANDLERS,
    ),
    Mutant(
        64, "a row that cannot be read stops the sweeper", SWEEPER,
        "                return waiting, len(ids) - position\n", "                raise\n", INGEST,
    ),
    Mutant(
        64, "a sweep continues after its deadline", SWEEPER,
        "            if self.clock() >= until:", "            if False:", INGEST,
    ),
    Mutant(
        65, "the API does not throttle requests", "src/platform_cli/infra/api.py",
        "                throttling_rate_limit=DEFAULT_LIMIT.requests_per_second,\n", "",
        ("tests/infra/test_golden.py",),
    ),
    Mutant(
        65, "the address that anybody can guess has no limit of its own",
        "src/platform_cli/infra/parts/webhooks.py",
        'routes["POST /webhooks/{provider}"] = OPEN_ADDRESS_LIMIT',
        'routes["POST /webhooks/{provider}"] = DEFAULT_LIMIT', ("tests/infra/test_addresses.py",),
    ),
    Mutant(
        66, "a failed build is retried at once", f"{BUILD}/batching.py",
        "    return min(30.0 * 2.0 ** max(failures - 1, 0), 900.0)", "    return 0.0", BATCHING,
    ),
    Mutant(
        66, "a failed delivery is retried at once", ATTEMPTS,
        "    return min(FIRST_DELAY * 2.0 ** min(attempts - 1, 20), LONGEST_DELAY)",
        "    return 0.0", INGEST,
    ),
    Mutant(
        67, "a client id may be a path", "src/platform_cli/workspace.py",
        'r"(?!.*--)[a-z][a-z0-9-]{1,30}[a-z0-9]"', 'r"(?s).+"', LOAD,
    ),
    Mutant(
        67, "a YAML alias is expanded", "src/platform_cli/config/document.py",
        "        if isinstance(event, yaml.AliasEvent):", "        if False:", LOAD,
    ),
    Mutant(
        67, "a log line quotes a body", ATTEMPTS,
        'reason = f"{name}: {error}"[:300] if isinstance(error, PipelineError) else name',
        'reason = f"{name}: {error}"[:300]', STORMS,
    ),
    Mutant(
        68, "a price is computed with floats", f"{CORE}/content/money.py",
        "int(amount.scaleb(currency_exponent(currency)).to_integral_value(ROUND_HALF_UP))",
        "int(float(amount) * 10 ** currency_exponent(currency))", ("tests/core/test_feed.py",),
    ),
)  # fmt: skip
