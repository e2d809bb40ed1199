"""Mutants of failures 24 to 44: storing deliveries and applying their content."""

from tests.assurance.mutants.mutant import (
    AWS_STORMS,
    BUILDER,
    CRASHES,
    INGEST,
    INGRESS,
    PROVIDERS,
    REPLAY,
    STORMS,
    WIRE,
    Mutant,
)

CORE = "src/platform_core"
RECEIVE = f"{CORE}/ingress/receive.py"
WORKER = f"{CORE}/pipeline/ingest/worker.py"
VERSIONS = f"{CORE}/content/versions.py"
COMPLETION = f"{CORE}/pipeline/build/completion.py"
ADAPTERS = "lambdas/runtime/adapters"
INBOX = f"{ADAPTERS}/dynamodb/inbox.py"
CONTENT = f"{ADAPTERS}/dynamodb/content_store.py"

MUTANTS = (
    Mutant(
        24, "a delivery is marked as applied before its changes are stored", WORKER,
        "                applied.append(apply_parts(deps, stored, limit))\n",
        "                early = DeliveryResult(DeliveryStatus.APPLIED, (), 0.0)\n"
        "                deps.deliveries.mark_applied(delivery_id, early)\n"
        "                applied.append(apply_parts(deps, stored, limit))\n",
        CRASHES,
    ),
    Mutant(
        25, "a delivery is acknowledged before it is stored", RECEIVE,
        "    if not _put(delivery, reason, deps):\n", "    if False:\n", STORMS,
    ),
    Mutant(
        26, "a failed put is answered with a 200", RECEIVE,
        "                raise\n        deps.sleep(pause)",
        "                return True\n        deps.sleep(pause)", INGRESS,
    ),
    Mutant(
        27, "an unavailable store accepts every request", RECEIVE,
        '            503, {"error": "try again later"}, ReceiptOutcome.UNAVAILABLE, reason\n',
        '            200, {"error": "try again later"}, ReceiptOutcome.UNAVAILABLE, reason\n',
        INGRESS,
    ),
    Mutant(
        28, "all versions of a document have one key", f"{CORE}/providers/sanity/webhook.py",
        "    return key_of(SIGNATURE.signed(request))",
        '    return key_of(request.body.partition(b"_updatedAt")[0])', PROVIDERS,
    ),
    Mutant(
        29, "two providers share their delivery keys", f"{CORE}/webhooks/request.py",
        '        return f"{self.provider}#{self.key}"', "        return self.key", INGRESS,
    ),
    Mutant(
        33, "an expired lease starts the build again", COMPLETION,
        "            self._extend_lease_or_stop_stuck_build(state, state.attempt, job)",
        '            self.end_attempt_and_retry_later(state.attempt, "the lease is over")',
        BUILDER,
    ),
    Mutant(
        34, "a function that lost the attempt still ends it", COMPLETION,
        '        expected = {"attempt": attempt}\n        if self.deps.site',
        "        expected: dict[str, object] = {}\n        if self.deps.site", BUILDER,
    ),
    Mutant(
        36, "an expired row counts as a duplicate until TTL deletes it", INBOX,
        '"attribute_not_exists(#key) OR #expires < :now"',
        '"attribute_not_exists(#key) OR (attribute_not_exists(#key) AND #expires < :now)"',
        ("tests/lambdas/test_inbox.py",),
    ),
    Mutant(
        36, "a delivery that waits for its replay still expires",
        f"{ADAPTERS}/dynamodb/deliveries.py",
        '            (contract.EXPIRES_AT, "next_attempt_at",',
        '            ("next_attempt_at",', ("tests/lambdas/test_inbox.py",),
    ),
    Mutant(
        37, "a delivery expires before its vendor stops retrying",
        f"{CORE}/pipeline/ingest/deliveries.py",
        "REPLAYABLE_SECONDS: Final = 30 * 24 * 3600", "REPLAYABLE_SECONDS: Final = 3600", WIRE,
    ),
    Mutant(
        38, "a start whose answer was lost is repeated", f"{CORE}/pipeline/build/builder.py",
        '            deps.log("start unsure", attempt=record.id, reason=str(error))\n',
        "            reason = str(error)\n"
        "            self.completion.end_attempt_and_retry_later(record.id, reason, record)\n"
        "            return\n", BUILDER,
    ),
    Mutant(
        38, "a write whose answer was lost counts as failed", INBOX,
        '            if error_code(error) == "ConditionalCheckFailedException":\n'
        "                return False\n            raise _unavailable(error) from None\n"
        "        return True",
        "            raise _unavailable(error) from None\n        return True", AWS_STORMS,
    ),
    Mutant(
        39, "a delivery is marked as applied before its events are published", WORKER,
        "            messages = [event for applied in batch for event in applied.events]\n",
        "            messages = [event for applied in batch for event in applied.events]\n"
        "            for one in batch:\n"
        "                self._mark_applied(one, None, has_subscribers=True)\n",
        CRASHES,
    ),
    Mutant(
        40, "a function reads a secret only once", f"{ADAPTERS}/secrets.py",
        "        if fresh or self._clock() - read_at >= CACHE_SECONDS:",
        "        if fresh or value is None:", ("tests/lambdas/test_runtime_secrets.py",),
    ),
    Mutant(
        41, "an older version overwrites a newer one", VERSIONS,
        "        return Verdict.WRITE if version > stored.version else Verdict.SKIP\n    if digest",
        "        return Verdict.WRITE\n    if digest", ("tests/core/test_ordering.py",),
    ),
    Mutant(
        42, "a late update restores a deleted item", VERSIONS,
        "    if stored.ranked_by_us:\n        return Verdict.WRITE if authoritative",
        "    if stored.deleted:\n        return Verdict.WRITE\n    if stored.ranked_by_us:\n"
        "        return Verdict.WRITE if authoritative", INGEST,
    ),
    Mutant(
        42, "a deletion without a version does not replace an older tombstone", VERSIONS,
        "        newer = version is None or version > stored.version\n",
        "        newer = version is not None and version > stored.version\n", STORMS,
    ),
    Mutant(
        42, "an old delivery is applied although its tombstone may have expired",
        f"{CORE}/pipeline/ingest/content_applier.py",
        "if old and stored is None and not change.authoritative:", "if False:", REPLAY,
    ),
    Mutant(
        42, "a tombstone expires while vendors still retry", VERSIONS,
        "TOMBSTONE_SECONDS: Final = 45 *", "TOMBSTONE_SECONDS: Final = 8 *", STORMS,
    ),
    Mutant(
        43, "live content expires", CONTENT,
        'row = model.to_row(item, self._client_id) | {"digest": model.content_digest(item)}',
        'row = model.to_row(item, self._client_id) | {"digest": model.content_digest(item)}\n'
        "        row[contract.EXPIRES_AT] = 1_900_000_000", WIRE,
    ),
    Mutant(
        44, "a site that lost most of its content is built", f"{CORE}/pipeline/build/snapshot.py",
        "shrink_reason = None if may_shrink else self.shrink_reason(release)",
        "shrink_reason = None", BUILDER,
    ),
)  # fmt: skip
