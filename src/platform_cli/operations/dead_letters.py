"""The dead-letter queue of a deployed client, and the retry that each message allows.

Five senders put their messages there, each in its own form: the pipeline (a delivery's id), Lambda
(a failed call with its payload), a stream (positions of records, not their content), a
topic (its message) and a rule or a schedule (the payload for the target). A message is
deleted only after its retry is acknowledged; a message that is only read becomes visible again.
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
"""A received message is hidden from other readers for this time, even after a crash."""
IDEMPOTENT_ACTIONS: Final = (ReconcileSite, SweepDue)
"""Actions that are safe to repeat: they only compare and complete."""


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function and its payload."""

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
    """The call that retries the message; None if no retry is safe."""
    not_retryable_because: str = ""


class LockedMessages:
    """Messages of a queue that other readers cannot see until they are released."""

    def __init__(self, deployment: Deployment) -> None:
        self._sqs = deployment.client("sqs")
        self._queue = deployment.output(contract.OUT_DEAD_LETTERS)
        self.messages = [
            _parse_message(deployment, message)
            for message in _receive_messages(self._sqs, self._queue)
        ]
        self._deleted: set[str] = set()

    def delete(self, letter: DeadLetter) -> None:
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=letter.receipt)
        self._deleted.add(letter.receipt)

    def release(self) -> None:
        """Make all messages visible again, except the deleted ones."""
        for receipt in {letter.receipt for letter in self.messages} - self._deleted:
            self._sqs.change_message_visibility(
                QueueUrl=self._queue, ReceiptHandle=receipt, VisibilityTimeout=0
            )


@contextmanager
def lock_messages(deployment: Deployment) -> Iterator[LockedMessages]:
    """Receive all messages of the queue. At the end, release those that are not deleted."""
    locked = LockedMessages(deployment)
    try:
        yield locked
    finally:
        locked.release()


def retry(deployment: Deployment, call: FunctionCall) -> None:
    """Call the function and wait. Raises if it fails."""
    releases.invoke_function(deployment, call.output, call.payload)


def _receive_messages(sqs: Any, queue: str) -> Iterator[dict[str, Any]]:
    """Yield all messages. A short poll queries a part of the servers of SQS and can miss some."""
    while True:
        response = sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=1,
            VisibilityTimeout=VISIBILITY_TIMEOUT_SECONDS,
            AttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        if not response.get("Messages"):
            return
        yield from response["Messages"]


def _parse_message(deployment: Deployment, message: Mapping[str, Any]) -> DeadLetter:
    attributes = {
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
            function = inbox.get_inbox_function_output_key(deployment)
            sweep = FunctionCall(function, to_message(SweepDue()))
            return DeadLetter(**facts, kind="records", reason=_read_condition(rest), call=sweep)
        case {"requestContext": {"functionArn": str(arn)}, "requestPayload": payload, **rest}:
            reason = _read_error_message(rest) or _read_condition(body)
            outcome = _find_retry(deployment, arn, payload)
            return DeadLetter(**facts, kind="call", reason=reason, **outcome)
        case {"Type": "Notification", "TopicArn": str()}:
            reconcile = FunctionCall(contract.OUT_BUILDER, to_message(ReconcileSite()))
            return DeadLetter(**facts, kind="call", reason=_read_error(attributes), call=reconcile)
        case dict() if "TARGET_ARN" in attributes:
            outcome = _find_retry(deployment, attributes["TARGET_ARN"], body)
            return DeadLetter(**facts, kind="call", reason=_read_error(attributes), **outcome)
    return DeadLetter(
        **facts,
        kind="unknown",
        reason=_read_error(attributes),
        not_retryable_because="the sender is unknown",
    )


def _find_retry(deployment: Deployment, arn: str, payload: object) -> dict[str, Any]:
    """Return the call that retries a message, or the reason against it."""
    name = arn.partition(":function:")[2].partition(":")[0]
    workers = (contract.OUT_BUILDER, contract.OUT_INGEST)
    output = next((key for key in workers if deployment.stack.outputs.get(key) == name), None)
    if output is None or not isinstance(payload, dict):
        return {"not_retryable_because": f"{name or arn} is not a function of this client"}
    action = payload.get("action")
    if action is not None and not isinstance(action_from(payload), IDEMPOTENT_ACTIONS):
        return {"not_retryable_because": f"this action is repeated by hand only: platform {action}"}
    return {"call": FunctionCall(output, payload)}


def _read_error_message(rest: Mapping[Any, Any]) -> str:
    """Return the error message of the function."""
    response = rest.get("responsePayload")
    return str(response.get("errorMessage", "")) if isinstance(response, dict) else ""


def _read_condition(body: Mapping[Any, Any]) -> str:
    context = body.get("requestContext")
    return str(context.get("condition", "")) if isinstance(context, dict) else ""


def _read_error(attributes: Mapping[str, str]) -> str:
    """Return the error in the attributes of rules and schedules, or of topics."""
    names = ("ERROR_MESSAGE", "ERROR_CODE", "ErrorMessage", "ErrorCode")
    return next((attributes[name] for name in names if attributes.get(name)), "")
