"""Failures 45 to 68: tables, batching and builds, queues, money."""

from tests.assurance.mutants.mutant import (
    BATCHING,
    BUILDER,
    INGEST,
    PORTS,
    STORMS,
    STORMS_OF_AWS,
    WIRE,
    Mutant,
)

CORE = "src/platform_core"
COMPLETION = f"{CORE}/pipeline/completion.py"
CONTENT = "lambdas/runtime/adapters/dynamodb/content_store.py"
HANDLERS = ("tests/lambdas/test_handlers.py",)
PRUNE = ("tests/lambdas/test_prune.py",)
LOAD = ("tests/cli/clients/test_load.py",)

MUTANTS = (
    Mutant(
        45, "a float goes to the table as it is", "lambdas/runtime/adapters/dynamodb/items.py",
        "            return Decimal(repr(value))", "            return value", PORTS,
    ),
    Mutant(
        46, "a large body stays in its row", CONTENT,
        "LARGEST_WITH_BODY: Final = 350 * 1024", "LARGEST_WITH_BODY: Final = 10**9", PORTS,
    ),
    Mutant(
        47, "a message carries the content", f"{CORE}/events.py",
        '"slug": item.slug}\n', '"slug": item.slug, "body": item.body}\n',
        ("tests/core/test_events.py",),
    ),
    Mutant(
        49, "what the index lists is taken for pending", f"{CORE}/pipeline/ingest.py",
        '            if waiting is None or waiting.delivery.status != "pending":\n'
        "                return\n",
        "            if waiting is None:\n                return\n", INGEST,
    ),
    Mutant(
        50, "the snapshot is the first page of the table", CONTENT,
        "            ConsistentRead=True,\n            FilterExpression=LIVE,\n"
        '            ExpressionAttributeNames={"#deleted": "deleted"},\n        )\n'
        '        with available("content"):\n            for page in pages:\n',
        "            ConsistentRead=True,\n            FilterExpression=LIVE,\n"
        '            ExpressionAttributeNames={"#deleted": "deleted"},\n        )\n'
        '        with available("content"):\n            for page in list(pages)[:1]:\n',
        WIRE,
    ),
    Mutant(
        50, "a release is checked against the first page of its files",
        "lambdas/runtime/adapters/s3/objects.py",
        "            for page in pages.paginate(Bucket=self._name, Prefix=prefix):",
        "            for page in list(pages.paginate(Bucket=self._name, Prefix=prefix))[:1]:",
        STORMS_OF_AWS,
    ),
    Mutant(
        51, "objects that were not deleted are taken for gone", "lambdas/runtime/adapters/s3/objects.py",
        'if errors := answer.get("Errors"):', "if errors := answer.get(None):", WIRE,
    ),
    Mutant(
        51, "messages that were not taken are not sent again", "lambdas/runtime/adapters/event_bus.py",
        'left = {one["Id"]: left[one["Id"]] for one in answer.get("Failed", ())}',
        "left = {}", WIRE,
    ),
    Mutant(
        52, "two items share one page", f"{CORE}/feed.py",
        "        while slug in used_slugs or (slug != entry.slug and slug in preferred_slugs):",
        "        while False:", ("tests/core/test_feed.py",),
    ),
    Mutant(
        53, "a timer stays when it has rung", "lambdas/runtime/adapters/timers.py",
        '                    ActionAfterCompletion="DELETE",\n', "", HANDLERS,
    ),
    Mutant(
        55, "two take the site at once", f"{CORE}/pipeline/builder.py",
        '            "state": state.state,\n            "attempt": state.attempt,\n'
        '            "built": state.built,\n', "", STORMS,
    ),
    Mutant(
        56, "a change that came during a snapshot counts as built", f"{CORE}/pipeline/snapshot.py",
        "    return Snapshot(state, facts, made, made.input_hash(), taken_at)",
        "    return Snapshot(desk.site.read(), facts, made, made.input_hash(), taken_at)", BUILDER,
    ),
    Mutant(
        57, "a timer during a build starts another", f"{CORE}/batching.py",
        '    if state.state == "building":', "    if False:", BATCHING,
    ),
    Mutant(
        58, "nobody asks after a build whose end was lost", COMPLETION,
        "        over = state.lease is None or state.lease <= self.desk.clock()\n",
        "        over = False\n", BUILDER,
    ),
    Mutant(
        59, "a start without an answer breaks the builder", "lambdas/runtime/adapters/codebuild.py",
        'getattr(error, "response", None) or {}', 'getattr(error, "response", {})', WIRE,
    ),
    Mutant(
        38, "a start is refused although an answer was lost before", "lambdas/runtime/adapters/codebuild.py",
        ' and not told.get("RetryAttempts", 0)', "", WIRE,
    ),
    Mutant(
        59, "a build that has no id yet is not looked for", COMPLETION,
        "builds.status(build_id) if build_id else builds.find(attempt)",
        "builds.status(build_id) if build_id else None", BUILDER,
    ),
    Mutant(
        60, "a failed build takes its changes with it", COMPLETION,
        "        self._leave(record.id, retry_at, failures=failures)",
        "        self._leave(record.id, retry_at, failures=failures, built=record.covers)", BUILDER,
    ),
    Mutant(
        61, "an older build goes over a newer one", COMPLETION,
        "            if covers <= state.built:\n                return\n", "",
        BUILDER,
    ),
    Mutant(
        62, "half an upload goes live", f"{CORE}/pipeline/manifest.py",
        "    if missing := sorted(wanted - there):", "    if missing := []:", BUILDER,
    ),
    Mutant(
        62, "assets are pruned while a page may still name them", f"{CORE}/pipeline/prune.py",
        "RETENTION_GRACE: Final = 7 * 24 * 3600.0", "RETENTION_GRACE: Final = 0.0", PRUNE,
    ),
    Mutant(
        62, "assets of kept releases are pruned", f"{CORE}/pipeline/prune.py",
        "            if fact.key not in used and now", "            if now", PRUNE,
    ),
    Mutant(
        63, "an item's text goes to the build service", f"{CORE}/pipeline/builder.py",
        "BuildOrder(record.id, made.facts.source_key, made.facts.url)",
        "BuildOrder(record.id, made.facts.source_key, next(desk.content()).title)",
        BUILDER,
    ),
    Mutant(
        64, "one poison row stops its batch", f"{CORE}/pipeline/ingest.py",
        "            except (PipelineError, *UNEXPECTED_ERRORS) as error:",
        "            except PipelineError as error:", INGEST,
    ),
    Mutant(
        64, "what was lost from sight is not told again", "lambdas/runtime/adapters/dynamodb/inbox_stream.py",
        '[{"itemIdentifier": told[one]} for one in lost]', "[]", HANDLERS,
    ),
    Mutant(
        64, "a row that cannot be read stops the sweeper", f"{CORE}/pipeline/sweep.py",
        "                return found, len(ids) - read\n", "                raise\n", INGEST,
    ),
    Mutant(
        64, "a sweep goes on when its time is up", f"{CORE}/pipeline/sweep.py",
        "            if self.clock() >= until:", "            if False:", INGEST,
    ),
    Mutant(
        65, "nothing holds a flood", "src/platform_cli/infra/api.py",
        "throttling_rate_limit=REQUESTS_PER_SECOND, throttling_burst_limit=BURST", "",
        ("tests/infra/test_golden.py",),
    ),
    Mutant(
        66, "a failed build is tried again at once", f"{CORE}/batching.py",
        "    return min(30.0 * 2.0 ** max(failures - 1, 0), 900.0)", "    return 0.0", BATCHING,
    ),
    Mutant(
        66, "a delivery that fails is tried again at once", f"{CORE}/pipeline/ingest.py",
        "        delay = min(5.0 * 2.0 ** min(attempts - 1, 20), LONGEST_DELAY)",
        "        delay = 0.0", INGEST,
    ),
    Mutant(
        67, "a client may be named like a path", "src/platform_cli/workspace.py",
        'r"(?!.*--)[a-z][a-z0-9-]{1,30}[a-z0-9]"', 'r"(?s).+"', LOAD,
    ),
    Mutant(
        67, "an alias may multiply", "src/platform_cli/config/document.py",
        "        if isinstance(event, yaml.AliasEvent):", "        if False:", LOAD,
    ),
    Mutant(
        67, "a log line quotes a body", f"{CORE}/pipeline/ingest.py",
        'reason = f"{name}: {error}"[:300] if isinstance(error, PipelineError) else name',
        'reason = f"{name}: {error}"[:300]', STORMS,
    ),
    Mutant(
        68, "a price goes through a float", f"{CORE}/money.py",
        "int(amount.scaleb(currency_exponent(currency)).to_integral_value(ROUND_HALF_UP))",
        "int(float(amount) * 10 ** currency_exponent(currency))", ("tests/core/test_feed.py",),
    ),
)  # fmt: skip
