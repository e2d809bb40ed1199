"""Failures 24 to 44: keeping a delivery, and the content that it brings."""

from tests.mutants.mutant import (
    BUILDER,
    CRASHES,
    DOOR,
    INGEST,
    PROVIDERS,
    REPLAY,
    STORMS,
    STORMS_OF_AWS,
    WIRE,
    Mutant,
)

CORE = "src/platform_core"
WEBHOOK = f"{CORE}/webhook.py"
INGEST_FILE = f"{CORE}/pipeline/ingest.py"
COMPLETION = f"{CORE}/pipeline/completion.py"
CONTENT = "lambdas/runtime/content_store.py"

MUTANTS = (
    Mutant(
        24, "a delivery is marked before it is applied", INGEST_FILE,
        "                applied.append(self._apply_changes(stored))",
        '                deps.deliveries.mark_applied('
        'delivery_id, DeliveryResult(DeliveryStatus.APPLIED, (), 0.0))\n'
        "                applied.append(self._apply_changes(stored))",
        CRASHES,
    ),
    Mutant(
        25, "a delivery is answered, and who answered dies before he keeps it", WEBHOOK,
        "    if not _put(delivery, reason, deps):\n",
        "    if False:\n", STORMS,
    ),
    Mutant(
        26, "a put that failed is answered 200", WEBHOOK,
        "                raise\n        deps.sleep(pause)",
        "                return True\n        deps.sleep(pause)", DOOR,
    ),
    Mutant(
        27, "a store that is away lets everybody through", WEBHOOK,
        'IngressResponse(503, body, ReceiptOutcome.UNAVAILABLE, reason)',
        'IngressResponse(200, body, ReceiptOutcome.UNAVAILABLE, reason)',
        DOOR,
    ),
    Mutant(
        28, "a document has one delivery", f"{CORE}/providers/sanity/webhook.py",
        "    return key_of(SIGNATURE.signed(request))",
        '    return key_of(request.body.partition(b"_updatedAt")[0])', PROVIDERS,
    ),
    Mutant(
        29, "two providers share their keys", WEBHOOK,
        '        return f"{self.provider}#{self.key}"', "        return self.key", DOOR,
    ),
    Mutant(
        33, "a lease that is over starts the work again", COMPLETION,
        "            self._extend_lease(state, state.attempt, job)",
        '            self.postpone(state.attempt, "the lease is over")', BUILDER,
    ),
    Mutant(
        34, "who lost an attempt still ends it", COMPLETION,
        '        expected = {"attempt": attempt}\n', "        expected: dict[str, object] = {}\n",
        BUILDER,
    ),
    Mutant(
        36, "an expired row is a duplicate until it is gone", "lambdas/runtime/inbox.py",
        '"attribute_not_exists(#key) OR #expires < :now"',
        '"attribute_not_exists(#key) OR (attribute_not_exists(#key) AND #expires < :now)"',
        ("tests/lambdas/test_inbox.py",),
    ),
    Mutant(
        36, "a delivery that waits for its replay still ends", "lambdas/runtime/deliveries.py",
        '            (contract.EXPIRES_AT, "next_attempt_at",',
        '            ("next_attempt_at",', ("tests/lambdas/test_inbox.py",),
    ),
    Mutant(
        37, "a delivery is forgotten before its vendor gives up", "src/platform_core/deliveries.py",
        "REPLAYABLE_SECONDS: Final = 30 * 24 * 3600", "REPLAYABLE_SECONDS: Final = 3600", WIRE,
    ),
    Mutant(
        38, "a start whose answer was lost is made again", f"{CORE}/pipeline/builder.py",
        '            deps.log("start unsure", attempt=record.id, reason=str(error))\n',
        "            self.completion.abandon(record, str(error))\n            return\n", BUILDER,
    ),
    Mutant(
        38, "a write that was made and not heard of has failed", "lambdas/runtime/inbox.py",
        '            if error_code(error) == "ConditionalCheckFailedException":\n'
        "                return False\n            raise _unavailable(error) from None\n"
        "        return True",
        "            raise _unavailable(error) from None\n        return True", STORMS_OF_AWS,
    ),
    Mutant(
        39, "a delivery is marked before its messages are sent", INGEST_FILE,
        "            messages = [event for applied in batch for event in applied.events]\n",
        "            messages = [event for applied in batch for event in applied.events]\n"
        "            _ = [self._mark_applied(one, None, has_subscribers=True) for one in batch]\n",
        CRASHES,
    ),
    Mutant(
        40, "a secret is read once in the life of a function", "lambdas/runtime/secrets.py",
        "        if fresh or self._clock() - read_at >= CACHE_SECONDS:",
        "        if fresh or value is None:", ("tests/lambdas/test_runtime_secrets.py",),
    ),
    Mutant(
        41, "an older version overwrites a newer one", f"{CORE}/ordering.py",
        "        return ChangeVerdict.WRITE if version > stored.version else ChangeVerdict.SKIP\n"
        "    if digest",
        "        return ChangeVerdict.WRITE\n    if digest", ("tests/core/test_ordering.py",),
    ),
    Mutant(
        42, "a late update raises the dead", f"{CORE}/ordering.py",
        "    if stored.ranked_by_us:\n        return ChangeVerdict.WRITE if authoritative",
        "    if stored.deleted:\n        return ChangeVerdict.WRITE\n    if stored.ranked_by_us:\n"
        "        return ChangeVerdict.WRITE if authoritative", INGEST,
    ),
    Mutant(
        42, "a deletion without a version is forgotten over an older grave", f"{CORE}/ordering.py",
        "        newer = version is None or version > stored.version\n",
        "        newer = version is not None and version > stored.version\n", STORMS,
    ),
    Mutant(
        42, "an old delivery is taken at its word when the grave is gone",
        f"{CORE}/pipeline/library.py",
        "if old and stored is None and not change.authoritative:", "if False:", REPLAY,
    ),
    Mutant(
        42, "a grave is forgotten while repeats still come", "src/platform_core/ordering.py",
        "TOMBSTONE_SECONDS: Final = 45 *", "TOMBSTONE_SECONDS: Final = 8 *", STORMS,
    ),
    Mutant(
        43, "live content expires", CONTENT,
        'row = content.to_row(item, self._client_id) | {"digest": content.digest(item)}',
        'row = content.to_row(item, self._client_id) | {"digest": content.digest(item)}\n'
        "        row[contract.EXPIRES_AT] = 1_900_000_000", WIRE,
    ),
    Mutant(
        44, "a site that lost its content is built all the same", f"{CORE}/pipeline/builder.py",
        "shrink_reason = None if is_shrink_allowed else content.shrink_reason(ready)",
        "shrink_reason = None", BUILDER,
    ),
)  # fmt: skip
