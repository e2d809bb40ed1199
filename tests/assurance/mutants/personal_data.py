"""Mutants of failures 69 to 71: personal data that stays, or that nobody may erase.

They are not in the list of 68 failures; reviews of this project added them.
"""

from tests.assurance.mutants.mutant import CRASHES, Mutant

CORE = "src/platform_core"
INGEST_FOLDER = f"{CORE}/pipeline/ingest"
ERASURE = f"{INGEST_FOLDER}/erasure.py"
SHOPIFY = f"{CORE}/providers/_shopify"
FACTS = ("tests/core/test_personal_data.py",)
REQUESTS = ("tests/core/test_erasure.py",)
FORGET = ("tests/lambdas/test_forget.py",)

MUTANTS = (
    Mutant(
        69, "the body of a settled order stays", f"{INGEST_FOLDER}/facts.py",
        "    return replace_body(stored, signals)\n", "    return None\n", FACTS,
    ),
    Mutant(
        69, "the simulator does not see a body that stays", f"{INGEST_FOLDER}/worker.py",
        "applied.note, applied.facts\n", "applied.note\n", CRASHES,
    ),
    Mutant(
        69, "the table keeps a body that facts replaced",
        "lambdas/runtime/adapters/dynamodb/deliveries.py",
        "            *(BODY if facts else ()),\n", "", ("tests/lambdas/test_bodies.py",),
    ),
    Mutant(
        69, "a purged order keeps its body", f"{CORE}/pipeline/replay/replay.py",
        "        facts = facts_of_discarded(deps, stored)\n", "        facts = None\n", FACTS,
    ),
    Mutant(
        70, "an erasure misses a row whose body is an object", ERASURE,
        "        elif row.body_key:\n", "        elif False:\n", FORGET,
    ),
    Mutant(
        70, "an erasure misses the facts of a settled order", f"{INGEST_FOLDER}/inbox_row.py",
        '    yield row.get("facts") or "[]"\n', "", REQUESTS,
    ),
    Mutant(
        70, "an erasure on request leaves what it found", ERASURE,
        "    erase(stored, findings)\n    return findings\n", "    return findings\n",
        (*REQUESTS, *CRASHES),
    ),
    Mutant(
        71, "a request to erase without a valid signature erases", f"{CORE}/ingress/receive.py",
        "        _verify(request, provider, module, deps)\n        return",
        '        if "redact" not in module.topic(request):\n'
        "            _verify(request, provider, module, deps)\n        return", REQUESTS,
    ),
    Mutant(
        71, "the unsigned topic makes an order a request to erase", f"{SHOPIFY}/payload.py",
        '    if body.keys() >= {"shop_id", "shop_domain"}:\n',
        '    if topic == "shop/redact":\n        return BodyKind.SHOP_ERASURE\n'
        '    if body.keys() >= {"shop_id", "shop_domain"}:\n', REQUESTS,
    ),
    Mutant(
        71, "a request of another shop erases this one", f"{SHOPIFY}/privacy.py",
        '    if body.get("shop_domain") != store_domain:\n', "    if not body:\n", REQUESTS,
    ),
    Mutant(
        71, "a request of one provider erases deliveries of another", ERASURE,
        'and self.provider in {"", row.provider}\n', "\n", REQUESTS,
    ),
)  # fmt: skip
