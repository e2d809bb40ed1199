"""Deliver `aws.` events to EventBridge rules and run schedules that were missed.

PutEvents rejects events with an AWS source, in the emulator as on AWS. Therefore each rule is
tested for a match here, and its Lambda targets are invoked directly.
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
from platform_cli.local.emulator.client import Emulator, EmulatorError

log = logging.getLogger("platform.rules")
_TARGET_PREFIX = "AWSEvents."


async def deliver_event(emulator: Emulator, event: Mapping[str, Any]) -> None:
    """Deliver an event to each enabled rule of the default bus that matches.

    Failures are logged and not raised: sweeps recover lost events later.
    """
    envelope = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "account": ACCOUNT,
        "region": REGION,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **event,
    }
    event_json = json.dumps(envelope)
    try:
        for rule in (await emulator.call_json("events", _TARGET_PREFIX + "ListRules", {}))["Rules"]:
            if await _rule_matches(emulator, rule, event_json):
                await _invoke_targets(emulator, rule["Name"], event_json)
    except EmulatorError as error:
        log.warning("an event of %s was not delivered: %s", event["source"], error)


async def _rule_matches(emulator: Emulator, rule: Mapping[str, Any], event: str) -> bool:
    pattern = rule.get("EventPattern")
    if not pattern or rule.get("State") != "ENABLED":
        return False
    request = {"EventPattern": pattern, "Event": event}
    return bool(
        (await emulator.call_json("events", _TARGET_PREFIX + "TestEventPattern", request))["Result"]
    )


async def run_missed_schedules(emulator: Emulator) -> None:
    """Run all rate schedules after a start, so that sweeps find work left by the previous server.

    They run repeatedly, because a timer of a few seconds that died with that server becomes due
    later.
    """
    for pause in (0, 5, 15, 40, 180):
        await asyncio.sleep(pause)
        await _run_rate_schedules(emulator)


async def _run_rate_schedules(emulator: Emulator) -> None:
    try:
        for entry in (await _get_from_scheduler(emulator, "/schedules"))["Schedules"]:
            query = f"groupName={quote(entry['GroupName'])}"
            schedule = await _get_from_scheduler(
                emulator, f"/schedules/{quote(entry['Name'])}", query
            )
            if schedule["State"] == "ENABLED" and _has_rate(schedule):
                target = schedule["Target"]
                await _invoke_lambda(emulator, target["Arn"], target.get("Input", "{}"))
        for rule in (await emulator.call_json("events", _TARGET_PREFIX + "ListRules", {}))["Rules"]:
            if rule.get("State") == "ENABLED" and _has_rate(rule):
                await _invoke_targets(emulator, rule["Name"], "{}")
    except EmulatorError as error:
        log.warning("a missed schedule did not run: %s", error)


def _has_rate(schedule: Mapping[str, Any]) -> bool:
    return str(schedule.get("ScheduleExpression", "")).startswith("rate(")


async def _get_from_scheduler(emulator: Emulator, path: str, query: str = "") -> Any:
    response = await emulator.call("scheduler", "GET", path, query=query)
    if not response.ok:
        raise EmulatorError(f"GET {path}", response)
    return json.loads(response.body)


async def _invoke_targets(emulator: Emulator, rule: str, event: str) -> None:
    response = await emulator.call_json(
        "events", _TARGET_PREFIX + "ListTargetsByRule", {"Rule": rule}
    )
    for target in response["Targets"]:
        await _invoke_lambda(emulator, target["Arn"], target.get("Input", event))


async def _invoke_lambda(emulator: Emulator, arn: str, event: str) -> None:
    if ":lambda:" not in arn:
        log.warning("target %s is not supported: only Lambda functions are", arn)
        return
    path = f"/2015-03-31/functions/{quote(arn, safe='')}/invocations"
    headers = {"x-amz-invocation-type": "Event"}
    response = await emulator.call("lambda", "POST", path, headers=headers, body=event.encode())
    if not response.ok:
        raise EmulatorError(f"invocation of {arn}", response)
