"""Dead letters: failed deliveries, and calls that a function, a topic or a timer could not make.

A pending delivery is listed only if its whole id is given; `purge` then gives it up.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Unpack

from platform_cli.api.deliveries.failures import PENDING, DeadLetterEntry, Failure, lock_failures
from platform_cli.api.deliveries.replays import replay_ids
from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location
from platform_cli.errors import PlatformError
from platform_cli.operations import dead_letters as letters
from platform_cli.operations import inbox
from platform_cli.operations.dead_letters import DeadLetter, LockedMessages
from platform_cli.targets.deployments import Deployment
from platform_core.contract.status import DeliveryStatus


@dataclass(frozen=True)
class DeadLetterList:
    """The failures of a deployed client, oldest first."""

    deployed: Deployment
    entries: tuple[DeadLetterEntry, ...]
    pending: frozenset[str] = frozenset()
    """Ids of the pending deliveries among them, which a person named by their whole ids."""

    @property
    def count(self) -> str:
        """The number of entries, such as `1 dead letter`."""
        return "1 dead letter" if len(self.entries) == 1 else f"{len(self.entries)} dead letters"


@dataclass(frozen=True, slots=True)
class Redriven:
    """An entry that is resolved."""

    id: str
    is_now: str
    """The status of the delivery, `settled` if it needed nothing, or `called again`."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NotRedriven:
    """An entry that stays."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RedriveResult:
    """The outcome of a redrive."""

    redriven: tuple[Redriven, ...] = ()
    left: tuple[NotRedriven, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether nothing stays, and nothing failed again."""
        return not self.left and all(
            entry.is_now != DeliveryStatus.FAILED for entry in self.redriven
        )


@dataclass(frozen=True, slots=True)
class PurgeResult:
    """Ids of the entries that are purged, and of the deliveries discarded with them."""

    purged: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()


def list_dead_letters(
    client: str, ids: Collection[str] = (), **location: Unpack[Location]
) -> DeadLetterList:
    """List the failures of a client; `ids` selects some by id or the beginning of it.

    The whole id of a pending delivery selects it, too.
    """
    deployed = find_deployed(client, **location)
    with lock_failures(deployed, ids) as (failures, _):
        selected = [failure for failure in failures if not ids or failure.id.startswith(tuple(ids))]
        entries = tuple(failure.to_entry() for failure in selected)
    pending = frozenset(failure.id for failure in selected if failure.can_give_up)
    return DeadLetterList(deployed, entries, pending)


def redrive(
    dead_letters: DeadLetterList, *, rate: int = 10, progress: Progress = NO_PROGRESS
) -> RedriveResult:
    """Replay the listed deliveries and repeat the listed calls, as far as that is safe.

    A message leaves the queue only after its redrive is acknowledged.
    """
    if not dead_letters.entries:
        return RedriveResult()
    deployed = dead_letters.deployed
    with _lock_listed_failures(dead_letters) as (failures, queue):
        resolved, left = _replay_deliveries(deployed, failures, rate, progress)
        for failure in failures:
            if failure.can_give_up:
                left[failure.id] = PENDING
            elif failure.kind == "delivery":
                if not failure.can_replay:
                    resolved[failure.id] = Redriven(failure.id, "settled")
            elif problem := _retry_call_or_get_error(deployed, failure.messages[0]):
                left[failure.id] = problem
            else:
                resolved[failure.id] = Redriven(failure.id, "called again")
        _delete_messages(queue, [failure for failure in failures if failure.id in resolved])
    return RedriveResult(
        tuple(resolved.values()), tuple(NotRedriven(id_, reason) for id_, reason in left.items())
    )


def purge(dead_letters: DeadLetterList) -> PurgeResult:
    """Delete the listed messages and discard the listed deliveries.

    Of an entry that was not listed as pending, and is pending now, only the messages are deleted.
    A discarded delivery expires after 30 days; until then a replay by its id restores its content.
    Of an order only the facts of its events stay, and of a shop's unreadable one only its hash.
    """
    if not dead_letters.entries:
        return PurgeResult()
    with _lock_listed_failures(dead_letters) as (failures, queue):
        waiting = {failure.id for failure in failures if failure.can_replay or failure.can_give_up}
        discarded = inbox.discard_deliveries(dead_letters.deployed, sorted(waiting))
        purged = [
            failure for failure in failures if failure.id not in waiting or failure.id in discarded
        ]
        _delete_messages(queue, purged)
    return PurgeResult(tuple(failure.id for failure in purged), tuple(discarded))


@contextmanager
def _lock_listed_failures(
    dead_letters: DeadLetterList,
) -> "Iterator[tuple[list[Failure], LockedMessages]]":
    """Receive the messages again, and limit the work to the entries of the list.

    The list does not hold its messages: a person may look at it for longer than SQS hides them.
    """
    listed_ids = {entry.id for entry in dead_letters.entries}
    with lock_failures(dead_letters.deployed, dead_letters.pending) as (failures, queue):
        yield [failure for failure in failures if failure.id in listed_ids], queue


def _replay_deliveries(
    deployed: Deployment, failures: list[Failure], rate: int, progress: Progress
) -> tuple[dict[str, Redriven], dict[str, str]]:
    """Replay the failed deliveries. Returns the resolved ones, and a reason for each other."""
    ids = [failure.id for failure in failures if failure.can_replay]
    outcome = replay_ids(deployed, ids, rate=rate, progress=progress)
    resolved = {
        entry.id: Redriven(entry.id, str(entry.status), entry.reason) for entry in outcome.replayed
    }
    left = {entry.id: entry.reason for entry in outcome.skipped}
    return resolved, left | dict.fromkeys(outcome.left, outcome.failure)


def _retry_call_or_get_error(deployed: Deployment, message: DeadLetter) -> str:
    """Repeat a failed call. Returns the reason why that was not possible, or an empty text."""
    if message.call is None:
        return message.not_retryable_because
    try:
        letters.retry(deployed, message.call)
    except PlatformError as error:
        return str(error)
    return ""


def _delete_messages(queue: LockedMessages, failures: list[Failure]) -> None:
    for failure in failures:
        for message in failure.messages:
            queue.delete(message)
