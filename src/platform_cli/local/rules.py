"""Tells EventBridge's rules of an event with an `aws.` source.

PutEvents refuses such a source to its callers, in the emulator as on AWS; so each rule is asked
whether it matches, and its Lambda targets are invoked as the rule would.
"""

import json
import logging
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from platform_cli.local.addresses import ACCOUNT, REGION
from platform_cli.local.emulator import Emulator, Refused

log = logging.getLogger("platform.rules")
_API = "AWSEvents."


async def tell_rules(emulator: Emulator, event: Mapping[str, Any]) -> None:
    """Deliver to every enabled rule of the default bus that matches. Never raises: a lost event
    costs time, not content."""
    whole = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "account": ACCOUNT,
        "region": REGION,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **event,
    }
    text = json.dumps(whole)
    try:
        for rule in (await emulator.json("events", _API + "ListRules", {}))["Rules"]:
            if await _matches(emulator, rule, text):
                await _invoke(emulator, rule["Name"], text)
    except Refused as reason:
        log.warning("an event of %s was not delivered: %s", event["source"], reason)


async def _matches(emulator: Emulator, rule: Mapping[str, Any], event: str) -> bool:
    pattern = rule.get("EventPattern")
    if not pattern or rule.get("State") != "ENABLED":
        return False
    asked = {"EventPattern": pattern, "Event": event}
    return bool((await emulator.json("events", _API + "TestEventPattern", asked))["Result"])


async def _invoke(emulator: Emulator, rule: str, event: str) -> None:
    listed = await emulator.json("events", _API + "ListTargetsByRule", {"Rule": rule})
    for target in listed["Targets"]:
        if ":lambda:" not in target["Arn"]:
            log.warning("rule %s: target %s is not delivered to here", rule, target["Arn"])
            continue
        reply = await emulator.call(
            "lambda",
            "POST",
            f"/2015-03-31/functions/{quote(target['Arn'], safe='')}/invocations",
            headers={"x-amz-invocation-type": "Event"},
            body=target.get("Input", event).encode(),
        )
        if not reply.ok:
            raise Refused(f"target of rule {rule}", reply)
