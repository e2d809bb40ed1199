"""Publish events to SNS, and send failed deliveries to the dead-letter queue."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lambdas.runtime.adapters.dynamodb.items import translate_errors
from platform_core.errors import StoreUnavailable
from platform_core.pipeline.actions import GivenUpDelivery
from platform_core.pipeline.events import Event

BATCH_SIZE: Final = 10
"""Messages in one call: the limit of SNS."""
MAX_TRIES: Final = 3


class Topics:
    """The port `Bus` over SNS."""

    def __init__(self, sns: Any, arns: Mapping[str, str]) -> None:
        self._sns = sns
        self._arns = arns
        """Environment key of a topic (`Event.topic()`) -> its ARN."""

    def publish(self, events: Sequence[Event]) -> bool:
        for arn, batch in self._batches(events):
            # A call may publish some messages and refuse others: only those are sent again.
            left = {str(number): _entry(number, event) for number, event in enumerate(batch)}
            for _ in range(MAX_TRIES):
                with translate_errors("topic"):
                    answer = self._sns.publish_batch(
                        TopicArn=arn, PublishBatchRequestEntries=list(left.values())
                    )
                left = {failed["Id"]: left[failed["Id"]] for failed in answer.get("Failed", ())}
                if not left:
                    break
            else:
                raise StoreUnavailable(f"topic: {len(left)} messages were not taken")
        return True

    def _batches(self, events: Sequence[Event]) -> Iterator[tuple[str, Sequence[Event]]]:
        for topic in dict.fromkeys(event.topic() for event in events):
            chosen = [event for event in events if event.topic() == topic]
            for start in range(0, len(chosen), BATCH_SIZE):
                yield self._arns[topic], chosen[start : start + BATCH_SIZE]


class NoTopics:
    """The port `Bus` of a client without topics: in direct mode there are no subscribers."""

    def publish(self, events: Sequence[Event]) -> bool:
        del events
        return False


class DeadLetterQueue:
    """The port `DeadLetters` over SQS."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def send(self, delivery_id: str, reason: str) -> None:
        message = GivenUpDelivery(delivery_id, reason).to_message()
        with translate_errors("dead letters"):
            self._sqs.send_message(QueueUrl=self._url, MessageBody=json.dumps(message))


def _entry(number: int, event: Event) -> dict[str, Any]:
    return {
        "Id": str(number),
        "Message": event.as_json(),
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value}
            for name, value in event.attributes().items()
            if value
        },
    }
