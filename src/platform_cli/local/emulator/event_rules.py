"""Does what EventBridge would: deliver an `aws.` event to the rules, and make up for missed rates.

PutEvents refuses such a source to its callers, in the emulator as on AWS; so each rule is asked
whether it matches, and its Lambda targets are invoked as the rule would.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from platform_cli.local.addresses import ACCOUNT, REGION
from platform_cli.local.emulator.client import Emulator, Refused

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


async def catch_up(emulator: Emulator) -> None:
    """Do what rates would have done while nothing ran: sweepers look for work left over.

    More than once: a timer of seconds that died with the last server is due a little later.
    """
    for pause in (0, 5, 15, 40, 180):
        await asyncio.sleep(pause)
        await _sweep(emulator)


async def _sweep(emulator: Emulator) -> None:
    try:
        for found in (await _rest(emulator, "/schedules"))["Schedules"]:
            query = f"groupName={quote(found['GroupName'])}"
            schedule = await _rest(emulator, f"/schedules/{quote(found['Name'])}", query)
            if schedule["State"] == "ENABLED" and _is_rate(schedule):
                target = schedule["Target"]
                await _send(emulator, target["Arn"], target.get("Input", "{}"))
        for rule in (await emulator.json("events", _API + "ListRules", {}))["Rules"]:
            if rule.get("State") == "ENABLED" and _is_rate(rule):
                await _invoke(emulator, rule["Name"], "{}")
    except Refused as reason:
        log.warning("a rate waits for its own time: %s", reason)


def _is_rate(found: Mapping[str, Any]) -> bool:
    return str(found.get("ScheduleExpression", "")).startswith("rate(")


async def _rest(emulator: Emulator, path: str, query: str = "") -> Any:
    reply = await emulator.call("scheduler", "GET", path, query=query)
    if not reply.ok:
        raise Refused(f"GET {path}", reply)
    return json.loads(reply.body)


async def _invoke(emulator: Emulator, rule: str, event: str) -> None:
    listed = await emulator.json("events", _API + "ListTargetsByRule", {"Rule": rule})
    for target in listed["Targets"]:
        await _send(emulator, target["Arn"], target.get("Input", event))


async def _send(emulator: Emulator, arn: str, event: str) -> None:
    if ":lambda:" not in arn:
        log.warning("target %s is not delivered to here", arn)
        return
    path = f"/2015-03-31/functions/{quote(arn, safe='')}/invocations"
    headers = {"x-amz-invocation-type": "Event"}
    reply = await emulator.call("lambda", "POST", path, headers=headers, body=event.encode())
    if not reply.ok:
        raise Refused(f"invocation of {arn}", reply)
