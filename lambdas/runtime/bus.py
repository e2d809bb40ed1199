"""Messages to subscribers, and pointers to what was given up."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lambdas.runtime.stores import available
from platform_core.actions import GivenUpDelivery
from platform_core.errors import StoreUnavailable
from platform_core.events import Event

AT_ONCE: Final = 10
TRIES: Final = 3


class Topics:
    """The port `Bus` over SNS."""

    def __init__(self, sns: Any, arns: Mapping[str, str]) -> None:
        self._sns = sns
        self._arns = arns
        """Environment key of a topic (`Event.topic()`) -> its ARN."""

    def publish(self, events: Sequence[Event]) -> bool:
        for arn, batch in self._batches(events):
            left = {str(number): _entry(number, event) for number, event in enumerate(batch)}
            for _ in range(TRIES):
                with available("topic"):
                    answer = self._sns.publish_batch(
                        TopicArn=arn, PublishBatchRequestEntries=list(left.values())
                    )
                left = {one["Id"]: left[one["Id"]] for one in answer.get("Failed", ())}
                if not left:
                    break
            else:
                raise StoreUnavailable(f"topic: {len(left)} messages were not taken")
        return True

    def _batches(self, events: Sequence[Event]) -> Iterator[tuple[str, Sequence[Event]]]:
        for topic in dict.fromkeys(event.topic() for event in events):
            mine = [event for event in events if event.topic() == topic]
            for start in range(0, len(mine), AT_ONCE):
                yield self._arns[topic], mine[start : start + AT_ONCE]


class NoTopics:
    """The port `Bus` of a client that has none: in direct mode nobody listens."""

    def publish(self, events: Sequence[Event]) -> bool:
        del events
        return False


class DeadLetterQueue:
    """The port `DeadLetters` over SQS."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def give_up(self, delivery_id: str, reason: str) -> None:
        letter = GivenUpDelivery(delivery_id, reason).to_message()
        with available("dead letters"):
            self._sqs.send_message(QueueUrl=self._url, MessageBody=json.dumps(letter))


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
