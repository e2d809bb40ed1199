"""Mutants of failures 1 to 23, and of floods (65): receiving a delivery."""

from tests.assurance.mutants.mutant import (
    BUILDER,
    INGRESS,
    PROVIDERS,
    ROUTER,
    SIGNATURE,
    STORMS,
    Mutant,
)

CORE = "src/platform_core"
RECEIVE = f"{CORE}/ingress/receive.py"
BODY = f"{CORE}/webhooks/body.py"
SIGNATURES = f"{CORE}/webhooks/signatures.py"
SCHEME = f"{CORE}/webhooks/signature_scheme.py"
CALL_BACKS = f"{CORE}/ingress/call_backs.py"
FLOOD = "tests/core/test_endpoint_flood.py"
GATEWAY = "lambdas/runtime/http_api.py"

MUTANTS = (
    Mutant(
        1, "the signature is checked over JSON that was parsed and encoded again", RECEIVE,
        "        scheme.verify(request, deps.secrets.read(provider, WEBHOOK_SECRET), deps.clock())",
        "        import json\n"
        "        encoded = replace(request, body=json.dumps(json.loads(request.body)).encode())\n"
        "        scheme.verify(encoded, deps.secrets.read(provider, WEBHOOK_SECRET), deps.clock())",
        ("tests/core/test_forged.py", *INGRESS),
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
        4, "the body is decoded as text and encoded again", GATEWAY,
        "        return base64.b64decode(text, validate=True)",
        '        return base64.b64decode(text, validate=True).decode("utf-8", "ignore").encode()',
        ROUTER,
    ),
    Mutant(
        5, "a timestamp that is not a number is parsed as one", SCHEME,
        "    if not _DIGITS.fullmatch(text):", "    if False:", SIGNATURE,
    ),
    Mutant(
        5, "a key that is not base64 raises an error of the library", SIGNATURES,
        "    except binascii.Error:", "    except ZeroDivisionError:", SIGNATURE,
    ),
    Mutant(
        6, "signatures are compared as text", SCHEME,
        "(as_bytes(ours), as_bytes(theirs)) for", "(ours, theirs) for", SIGNATURE,
    ),
    Mutant(
        7, "an empty secret is a valid key", SCHEME,
        "for value in secrets.values if not is_blank(value)]", "for value in secrets.values]",
        SIGNATURE,
    ),
    Mutant(
        7, "a secret of white space is a valid key", SCHEME,
        '    return not secret.decode(errors="replace").replace("\\0", " ").strip()\n',
        "    return not secret\n", (FLOOD,),
    ),
    Mutant(
        8, "a timestamp in the future is always valid", SCHEME,
        "abs(now - sent) > tolerance", "now - sent > tolerance", SIGNATURE,
    ),
    Mutant(
        9, "milliseconds are read as seconds", SIGNATURES,
        "require_recent(int(time) / self.ticks_per_second, now, self.tolerance)",
        "require_recent(int(time), now, self.tolerance)", SIGNATURE,
    ),
    Mutant(
        10, "the time in an unsigned header must be recent", SIGNATURES,
        "        require_match([self._proof(key, request.body) for key",
        '        require_recent(float(request.headers.get("date-sent", 0)), now, FIVE_MINUTES)\n'
        "        require_match([self._proof(key, request.body) for key",
        SIGNATURE,
    ),
    Mutant(
        11, "times have no time zone", f"{CORE}/pipeline/build/deps.py",
        "    moment = datetime.fromtimestamp(seconds, UTC)\n",
        "    moment = datetime.fromtimestamp(seconds)\n",
        BUILDER,
    ),
    Mutant(
        12, "an older version of the signature is accepted", SIGNATURES,
        '            elif name == "v1":', '            elif name in {"v0", "v1"}:', SIGNATURE,
    ),
    Mutant(
        13, "only the newest secret is accepted", SCHEME,
        "for value in secrets.values if not", "for value in secrets.values[:1] if not",
        ("tests/core/test_signature.py",),
    ),
    Mutant(
        13, "a new secret is not read before the cache expires", RECEIVE,
        "        if not _claim_fresh_secret_read(provider, deps):", "        if True:", INGRESS,
    ),
    Mutant(
        13, "every forged request reads the secret store", RECEIVE,
        "        return False\n    deps.last_fresh[provider] = now",
        "        pass\n    deps.last_fresh[provider] = now", INGRESS,
    ),
    Mutant(
        14, "an unknown provider is accepted", RECEIVE,
        'return IngressResponse(404, {"error": "not found"}, ReceiptOutcome.UNKNOWN_PROVIDER)',
        'return IngressResponse(200, {"request_id": ""}, ReceiptOutcome.ACCEPTED)',
        INGRESS,
    ),
    Mutant(
        15, "a 401 names the reason", RECEIVE,
        'return IngressResponse(401, {"error": "unauthorized"}, outcome, str(error))',
        'return IngressResponse(401, {"error": str(error)}, outcome, str(error))', INGRESS,
    ),
    Mutant(
        16, "a JSON object may repeat a key", BODY,
        "    if len(value) != len(pairs):", "    if False:", INGRESS,
    ),
    Mutant(
        16, "NaN is accepted as a number", BODY,
        "            parse_constant=_refuse_constant,\n", "", INGRESS,
    ),
    Mutant(
        16, "JSON may nest to any depth", BODY,
        "    if _depth(value) > MAX_DEPTH:", "    if False:",
        INGRESS,
    ),
    Mutant(
        17, "a body that is too large gets a 500", RECEIVE,
        'return IngressResponse(413, {"error": "payload too large"}, ReceiptOutcome.TOO_LARGE)',
        'return IngressResponse(500, {"error": "payload too large"}, ReceiptOutcome.TOO_LARGE)',
        STORMS,
    ),
    Mutant(
        17, "a body of any size is parsed", RECEIVE, "    return len(request.body) > MAX_BODY\n",
        "    return False\n", INGRESS,
    ),
    Mutant(
        18, "a compressed body is accepted", RECEIVE,
        '    if request.headers.get("content-encoding", "identity").lower() != "identity":',
        "    if False:", INGRESS,
    ),
    Mutant(
        19, "an authentic delivery that cannot be parsed is rejected", RECEIVE,
        "        reason, key = str(error), key_of(request.body)\n",
        "        raise Rejected(str(error)) from None\n", INGRESS,
    ),
    Mutant(
        20, "a vendor's greeting is treated as a delivery", RECEIVE,
        "    if _is_greeting(request, module):", "    if False:",
        ("tests/core/test_woocommerce.py",),
    ),
    Mutant(
        21, "one event that two webhooks deliver has two keys",
        f"{CORE}/providers/_shopify/webhook.py",
        "    return key_of(request.body)",
        '    return key_of(request.headers.get("x-shopify-webhook-id", ""), request.body)',
        PROVIDERS,
    ),
    Mutant(
        23, "commits of our own bot start a build", f"{CORE}/providers/_git/github.py",
        "        if commits and all(_author_username(commit) == self._settings.bot for commit in "
        "commits):",
        "        if False:", ("tests/core/test_decap.py",),
    ),
    Mutant(
        65, "each forged request calls the vendor", CALL_BACKS,
        "        if self.calls < 1 or (self.calls - RESERVED < 1 and not is_known()):",
        "        if False:", (FLOOD,),
    ),
    Mutant(
        65, "a refused token is asked about again", CALL_BACKS,
        "        if refusal := budget.recall(question, clock()):",
        "        if (refusal := None):", (FLOOD,),
    ),
    Mutant(
        65, "a flood of refusals is logged line by line", f"{CORE}/ingress/refusals.py",
        "        if counted.lines >= LINES_PER_MINUTE and", "        if False and", (FLOOD,),
    ),
)  # fmt: skip
