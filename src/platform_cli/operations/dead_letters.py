"""The dead-letter queue of a deployed client: what lies in it, and what can be done about each.

Five senders put their messages there, each in its own form: the pipeline (a delivery's id), Lambda
(a call that failed, with what it was called with), a stream (which records, not what they said), a
topic (its message) and a rule or a schedule (what the target was to be called with). A message is
deleted only after what it stood for is acknowledged; one that is only read is seen again.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from platform_cli.operations import inbox, releases
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.pipeline.actions import (
    GivenUpDelivery,
    ReconcileSite,
    SweepDue,
    action_from,
    to_message,
)

VISIBILITY_TIMEOUT_SECONDS: Final = 900
"""How long nobody else sees what is being worked on; after a crash it is seen again."""
IDEMPOTENT_ACTIONS: Final = (ReconcileSite, SweepDue)
"""Actions that only make a function look: any number of times is as good as once."""


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function and what to call it with."""

    output: str
    """Key of the stack's output that names the function."""
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message of the queue."""

    id: str
    kind: Literal["delivery", "call", "records", "unknown"]
    reason: str
    sent_at: float
    receipt: str
    delivery: str | None = None
    call: FunctionCall | None = None
    """What makes good what the message stands for; None: nothing that is safe."""
    not_retryable_because: str = ""


class LockedMessages:
    """The messages of a queue, unseen by others until they are shown again."""

    def __init__(self, found: Deployment) -> None:
        self._sqs = found.client("sqs")
        self._queue = found.output(contract.OUT_DEAD_LETTERS)
        self.messages = [_letter(found, each) for each in _messages(self._sqs, self._queue)]
        self._deleted: set[str] = set()

    def delete(self, letter: DeadLetter) -> None:
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=letter.receipt)
        self._deleted.add(letter.receipt)

    def release(self) -> None:
        """All but what was deleted."""
        for receipt in {each.receipt for each in self.messages} - self._deleted:
            self._sqs.change_message_visibility(
                QueueUrl=self._queue, ReceiptHandle=receipt, VisibilityTimeout=0
            )


@contextmanager
def lock_messages(found: Deployment) -> Iterator[LockedMessages]:
    """All that lies in the queue. What is not deleted lies there again at the end."""
    holding = LockedMessages(found)
    try:
        yield holding
    finally:
        holding.release()


def retry(found: Deployment, call: FunctionCall) -> None:
    """Call the function and wait for its answer; raises with its reason where it fails."""
    releases.invoke_function(found, call.output, call.payload)


def _messages(sqs: Any, queue: str) -> Iterator[dict[str, Any]]:
    """Until the queue says that there are no more; a long poll asks all of its servers."""
    while True:
        answer = sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=1,
            VisibilityTimeout=VISIBILITY_TIMEOUT_SECONDS,
            AttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        if not answer.get("Messages"):
            return
        yield from answer["Messages"]


def _letter(found: Deployment, message: Mapping[str, Any]) -> DeadLetter:
    told = {
        name: value.get("StringValue", "")
        for name, value in message.get("MessageAttributes", {}).items()
    }
    facts = {
        "id": message["MessageId"],
        "sent_at": int(message.get("Attributes", {}).get("SentTimestamp", 0)) / 1000,
        "receipt": message["ReceiptHandle"],
    }
    try:
        body = json.loads(message["Body"])
    except ValueError:
        body = None
    given_up = GivenUpDelivery.from_message(body)
    if given_up is not None:
        reason, delivery = given_up.reason, given_up.delivery
        return DeadLetter(**facts, kind="delivery", reason=reason, delivery=delivery)
    match body:
        case {"DDBStreamBatchInfo": dict(), **rest}:
            sweep = FunctionCall(inbox.inbox_function(found), to_message(SweepDue()))
            return DeadLetter(**facts, kind="records", reason=_condition(rest), call=sweep)
        case {"requestContext": {"functionArn": str(arn)}, "requestPayload": payload, **rest}:
            reason = _said(rest) or _condition(body)
            return DeadLetter(**facts, kind="call", reason=reason, **_again(found, arn, payload))
        case {"Type": "Notification", "TopicArn": str()}:
            look = FunctionCall(contract.OUT_BUILDER, to_message(ReconcileSite()))
            return DeadLetter(**facts, kind="call", reason=_error(told), call=look)
        case dict() if "TARGET_ARN" in told:
            again = _again(found, told["TARGET_ARN"], body)
            return DeadLetter(**facts, kind="call", reason=_error(told), **again)
    return DeadLetter(
        **facts, kind="unknown", reason=_error(told), not_retryable_because="the sender is unknown"
    )


def _again(found: Deployment, arn: str, payload: object) -> dict[str, Any]:
    """How a call is made good, or why not."""
    name = arn.partition(":function:")[2].partition(":")[0]
    workers = (contract.OUT_BUILDER, contract.OUT_INGEST)
    output = next((key for key in workers if found.stack.outputs.get(key) == name), None)
    if output is None or not isinstance(payload, dict):
        return {"why_not": f"it calls {name or arn}, which is no function of this client"}
    action = payload.get("action")
    if action is not None and not isinstance(action_from(payload), IDEMPOTENT_ACTIONS):
        return {"why_not": f"only a person repeats this action: platform {action}"}
    return {"call": FunctionCall(output, payload)}


def _said(rest: Mapping[Any, Any]) -> str:
    """What the function raised."""
    answer = rest.get("responsePayload")
    return str(answer.get("errorMessage", "")) if isinstance(answer, dict) else ""


def _condition(body: Mapping[Any, Any]) -> str:
    context = body.get("requestContext")
    return str(context.get("condition", "")) if isinstance(context, dict) else ""


def _error(told: Mapping[str, str]) -> str:
    """As rules and schedules say it, or as topics do."""
    names = ("ERROR_MESSAGE", "ERROR_CODE", "ErrorMessage", "ErrorCode")
    return next((told[name] for name in names if told.get(name)), "")
