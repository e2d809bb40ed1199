"""Failures 1 to 23: at the door."""

from tests.assurance.mutants.mutant import (
    BUILDER,
    DOOR,
    PROVIDERS,
    ROUTER,
    SIGNATURE,
    STORMS,
    Mutant,
)

CORE = "src/platform_core"
WEBHOOK = f"{CORE}/webhook.py"
SCHEMES = f"{CORE}/signature.py"
PROOF = f"{CORE}/proof.py"
GATEWAY = "lambdas/webhook_router/gateway.py"

MUTANTS = (
    Mutant(
        1, "the signature is checked over the JSON, written anew", WEBHOOK,
        "        scheme.verify(request, door.secrets.read(provider, WEBHOOK_SECRET), door.clock())",
        "        anew = replace(request, body=json.dumps(json.loads(request.body)).encode())\n"
        "        scheme.verify(anew, door.secrets.read(provider, WEBHOOK_SECRET), door.clock())",
        ("tests/core/test_forged.py", *DOOR),
    ),
    Mutant(
        2, "the gateway's base64 is not decoded", GATEWAY,
        '    if not event.get("isBase64Encoded"):', "    if True:", ROUTER,
    ),
    Mutant(
        3, "header names keep the sender's case", GATEWAY,
        "{name.lower(): value for", "{name: value for", ROUTER,
    ),
    Mutant(
        4, "the body goes through text", GATEWAY,
        "        return base64.b64decode(text, validate=True)",
        '        return base64.b64decode(text, validate=True).decode("utf-8", "ignore").encode()',
        ROUTER,
    ),
    Mutant(
        5, "a time that is no number reaches the arithmetic", PROOF,
        "    if not _DIGITS.fullmatch(text):", "    if False:", SIGNATURE,
    ),
    Mutant(
        5, "a key that is no base64 escapes as an error of the library", SCHEMES,
        "    except binascii.Error:", "    except ZeroDivisionError:", SIGNATURE,
    ),
    Mutant(
        6, "signatures are compared as text", PROOF,
        "(as_bytes(one), as_bytes(other)) for", "(one, other) for", SIGNATURE,
    ),
    Mutant(
        7, "an empty secret signs for everybody", PROOF,
        "for value in secrets.values if value]", "for value in secrets.values]", SIGNATURE,
    ),
    Mutant(
        8, "any time ahead is in time", PROOF,
        "abs(now - sent) > tolerance", "now - sent > tolerance", SIGNATURE,
    ),
    Mutant(
        9, "milliseconds are read as seconds", SCHEMES,
        "require_recent(int(time) / self.ticks_per_second, now, self.tolerance)",
        "require_recent(int(time), now, self.tolerance)", SIGNATURE,
    ),
    Mutant(
        10, "an unsigned header's time is held to a window", SCHEMES,
        "        require_match([self._proof(key, request.body) for key",
        '        require_recent(float(request.headers.get("date-sent", 0)), now, FIVE_MINUTES)\n'
        "        require_match([self._proof(key, request.body) for key",
        SIGNATURE,
    ),
    Mutant(
        11, "times are of no zone", f"{CORE}/pipeline/desk.py",
        "    moment = datetime.fromtimestamp(seconds, UTC)\n",
        "    moment = datetime.fromtimestamp(seconds)\n",
        BUILDER,
    ),
    Mutant(
        12, "an older version of the signature counts", SCHEMES,
        '            elif name == "v1":', '            elif name in {"v0", "v1"}:', SIGNATURE,
    ),
    Mutant(
        13, "only the newest secret counts", PROOF,
        "for value in secrets.values if value]", "for value in secrets.values[:1] if value]",
        ("tests/core/test_signature.py",),
    ),
    Mutant(
        13, "a new secret is not looked for", WEBHOOK,
        "        if not _may_look_again(provider, door):", "        if True:", DOOR,
    ),
    Mutant(
        13, "each forgery reads the secret's store", WEBHOOK,
        "        return False\n    door.last_fresh[provider] = now",
        "        pass\n    door.last_fresh[provider] = now", DOOR,
    ),
    Mutant(
        14, "an unknown provider is let in", WEBHOOK,
        'return Answer(404, {"error": "not found"}, "unknown_provider")',
        'return Answer(200, {"request_id": request.request_id}, "accepted")', DOOR,
    ),
    Mutant(
        15, "a refusal says what was wrong", WEBHOOK,
        'return Answer(401, {"error": "unauthorized"}, kind, str(error))',
        'return Answer(401, {"error": str(error)}, kind, str(error))', DOOR,
    ),
    Mutant(
        16, "a key may stand twice", WEBHOOK,
        "    if len(value) != len(pairs):", "    if False:", DOOR,
    ),
    Mutant(
        16, "NaN is a number", WEBHOOK, "            parse_constant=_no_constant,\n", "", DOOR,
    ),
    Mutant(
        16, "any depth is taken", WEBHOOK, "    if _depth(value) > MAX_DEPTH:", "    if False:",
        DOOR,
    ),
    Mutant(
        17, "a body that is too large is a fault of ours", WEBHOOK,
        'return Answer(413, {"error": "payload too large"}, "too_large")',
        'return Answer(500, {"error": "payload too large"}, "too_large")', STORMS,
    ),
    Mutant(
        17, "any size is taken", WEBHOOK, "    if len(request.body) > MAX_BODY:", "    if False:",
        DOOR,
    ),
    Mutant(
        18, "an encoded body is taken", WEBHOOK,
        '    if request.headers.get("content-encoding", "identity").lower() != "identity":',
        "    if False:", DOOR,
    ),
    Mutant(
        19, "what is authentic but not understood is refused", WEBHOOK,
        "        reason, key = str(error), key_of(request.body)\n",
        "        raise Rejected(str(error)) from None\n", DOOR,
    ),
    Mutant(
        20, "a greeting is taken for a delivery", WEBHOOK,
        "    if _is_greeting(request, module):", "    if False:",
        ("tests/core/test_woocommerce.py",),
    ),
    Mutant(
        21, "an event that two webhooks tell of is two", f"{CORE}/providers/_shopify/webhook.py",
        "    return key_of(request.body)",
        '    return key_of(request.headers.get("x-shopify-webhook-id", ""), request.body)',
        PROVIDERS,
    ),
    Mutant(
        23, "our own commits build", f"{CORE}/providers/_git/github.py",
        "        if commits and all(_author_name(commit) == self._settings.bot for commit in "
        "commits):",
        "        if False:", ("tests/core/test_decap.py",),
    ),
)  # fmt: skip
