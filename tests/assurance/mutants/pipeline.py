"""Failures 24 to 44: keeping a delivery, and the content that it brings."""

from tests.assurance.mutants.mutant import (
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
CONTENT = "lambdas/runtime/adapters/dynamodb/content_store.py"

MUTANTS = (
    Mutant(
        24, "a delivery is marked before it is applied", INGEST_FILE,
        "                done.append(self._apply(waiting))",
        '                ground.deliveries.mark_applied(delivery_id, DeliveryResult("applied", (), 0.0))\n'
        "                done.append(self._apply(waiting))",
        CRASHES,
    ),
    Mutant(
        25, "a delivery is answered, and who answered dies before he keeps it", WEBHOOK,
        "    new = _put(delivery, reason, door)\n",
        "    new = True\n", STORMS,
    ),
    Mutant(
        26, "a put that failed is answered 200", WEBHOOK,
        "                raise\n        door.sleep(pause)",
        "                return True\n        door.sleep(pause)", DOOR,
    ),
    Mutant(
        27, "a store that is away lets everybody through", WEBHOOK,
        'return Answer(503, {"error": "try again later"}, "unavailable", reason)',
        'return Answer(200, {"error": "try again later"}, "unavailable", reason)', DOOR,
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
        "            self._extend(state, state.attempt, found)",
        '            self.postpone(state.attempt, "the lease is over")', BUILDER,
    ),
    Mutant(
        34, "who lost an attempt still ends it", COMPLETION,
        '        mine = {"attempt": attempt}\n', "        mine: dict[str, object] = {}\n", BUILDER,
    ),
    Mutant(
        36, "an expired row is a duplicate until it is gone", "lambdas/runtime/adapters/dynamodb/inbox.py",
        '"attribute_not_exists(#key) OR #expires < :now"',
        '"attribute_not_exists(#key) OR (attribute_not_exists(#key) AND #expires < :now)"',
        ("tests/lambdas/test_inbox.py",),
    ),
    Mutant(
        36, "a delivery that waits for its replay still ends", "lambdas/runtime/adapters/dynamodb/deliveries.py",
        '            (contract.EXPIRES_AT, "next_attempt_at",',
        '            ("next_attempt_at",', ("tests/lambdas/test_inbox.py",),
    ),
    Mutant(
        37, "a delivery is forgotten before its vendor gives up", "src/platform_core/pipeline/ingest/deliveries.py",
        "REPLAYABLE_SECONDS: Final = 30 * 24 * 3600", "REPLAYABLE_SECONDS: Final = 3600", WIRE,
    ),
    Mutant(
        38, "a start whose answer was lost is made again", f"{CORE}/pipeline/builder.py",
        '            desk.tell("start unsure", attempt=record.id, reason=str(error))\n',
        "            self.completion.abandon(record, str(error))\n            return\n", BUILDER,
    ),
    Mutant(
        38, "a write that was made and not heard of has failed", "lambdas/runtime/adapters/dynamodb/inbox.py",
        '            if code(error) == "ConditionalCheckFailedException":\n'
        "                return False\n            raise _unavailable(error) from None\n"
        "        return True",
        "            raise _unavailable(error) from None\n        return True", STORMS_OF_AWS,
    ),
    Mutant(
        39, "a delivery is marked before its messages are sent", INGEST_FILE,
        "            messages = [event for one in done for event in one.events]\n",
        "            messages = [event for one in done for event in one.events]\n"
        "            _ = [self._settle(one) for one in done]\n",
        CRASHES,
    ),
    Mutant(
        40, "a secret is read once in the life of a function", "lambdas/runtime/adapters/secrets.py",
        "        if fresh or self._clock() - read_at >= CACHE_SECONDS:",
        "        if fresh or value is None:", ("tests/lambdas/test_runtime_secrets.py",),
    ),
    Mutant(
        41, "an older version overwrites a newer one", f"{CORE}/ordering.py",
        "        return Verdict.WRITE if version > stored.version else Verdict.SKIP\n    if digest",
        "        return Verdict.WRITE\n    if digest", ("tests/core/test_ordering.py",),
    ),
    Mutant(
        42, "a late update raises the dead", f"{CORE}/ordering.py",
        "    if stored.ranked_by_us:\n        return Verdict.WRITE if authoritative",
        "    if stored.deleted:\n        return Verdict.WRITE\n    if stored.ranked_by_us:\n"
        "        return Verdict.WRITE if authoritative", INGEST,
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
        42, "a grave is forgotten while repeats still come", "src/platform_core/content/versions.py",
        "TOMBSTONE_SECONDS: Final = 45 *", "TOMBSTONE_SECONDS: Final = 8 *", STORMS,
    ),
    Mutant(
        43, "live content expires", CONTENT,
        'row = content.to_row(item, self._client_id) | {"digest": content.content_digest(item)}',
        'row = content.to_row(item, self._client_id) | {"digest": content.content_digest(item)}\n'
        "        row[contract.EXPIRES_AT] = 1_900_000_000", WIRE,
    ),
    Mutant(
        44, "a site that lost its content is built all the same", f"{CORE}/pipeline/builder.py",
        "shrinks = made.shrinks(ready) if state.shrink_allowed <= state.built else None",
        "shrinks = None", BUILDER,
    ),
)  # fmt: skip
