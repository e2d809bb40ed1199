"""What was given up: list, redrive, purge.

Deliveries that failed or were quarantined, and calls that a function, a topic or a timer could not
make; each with its reason. A message leaves the queue only after its redrive is acknowledged.

    platform deadletters list acme
    platform deadletters redrive acme
    platform deadletters purge acme --id sanity#3f9c
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, confirmed, deployed, typed
from platform_cli.commands._times import iso
from platform_cli.commands.replay import Rate
from platform_cli.errors import Exit, PlatformError
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session

if TYPE_CHECKING:
    from platform_cli.deploy.deployment import Deployed
    from platform_cli.deploy.letters import Held, Letter

Ids = Annotated[
    list[str] | None,
    typer.Option("--id", metavar="ID", help="Only this one, or its beginning; repeatable."),
]


@dataclass(slots=True)
class Dead:
    """Something that was given up, with all messages that say so."""

    id: str
    kind: str
    reason: str
    since: str | None
    letters: "list[Letter]" = field(default_factory=list)
    waits: bool = False
    """A delivery whose row waits for a person."""

    @property
    def way(self) -> str:
        """What a redrive does."""
        if self.kind == "delivery":
            return "replay" if self.waits else "nothing: it is settled"
        letter = self.letters[0]
        return f"nothing: {letter.why_not}" if letter.call is None else "call again"

    def data(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "reason": self.reason,
            "since": self.since,
            "in_queue": len(self.letters),
            "redrive": self.way,
        }


def list_(
    session: Session, client: Client, id_: Ids = None, env: Env = None, local: Local = False
) -> Data:
    """What was given up, why, and what a redrive would do.

    platform deadletters list acme
    """
    found = deployed(session, client, env, local=local)
    with _given_up(found, id_ or []) as (dead, _):
        _table(session, dead)
        return {"client_id": client, "dead_letters": [each.data() for each in dead]}


def redrive(
    session: Session,
    client: Client,
    id_: Ids = None,
    rate: Rate = 10,
    env: Env = None,
    local: Local = False,
) -> Outcome:
    """Replay the deliveries and repeat the calls, where that is safe.

    platform deadletters redrive acme
    platform deadletters redrive acme --id sanity#3f9c --yes
    """
    found = deployed(session, client, env, local=local)
    with _given_up(found, id_ or []) as (dead, queue):
        _table(session, dead)
        if dead:
            confirmed(session, f"Redrive {len(dead)}?")
        done, left = _redriven(session, found, dead, rate)
        for letter in (letter for each in dead if each.id in done for letter in each.letters):
            queue.delete(letter)
    rows = [
        *([each[:60], status, reason] for each, (status, reason) in done.items()),
        *([each[:60], "left", reason] for each, reason in left.items()),
    ]
    session.screen.table("Redriven", ["id", "is now", "reason"], rows)
    data = {
        "client_id": client,
        "redriven": [{"id": each, "is_now": status} for each, (status, _) in done.items()],
        "left": [{"id": each, "reason": reason} for each, reason in left.items()],
    }
    failed = any(status == "failed" for status, _ in done.values())
    return Outcome(data, Exit.FAILURE if left or failed else Exit.OK)


def purge(
    session: Session, client: Client, id_: Ids = None, env: Env = None, local: Local = False
) -> Data:
    """Give them up for good; a delivery ends 30 days later.

    Until then a replay by its id brings it back.

    platform deadletters purge acme --id sanity#3f9c
    """
    from platform_cli.deploy import inbox

    found = deployed(session, client, env, local=local)
    with _given_up(found, id_ or []) as (dead, queue):
        _table(session, dead)
        if dead:
            typed(session, f"This gives up {len(dead)} for good.", client)
        gone = inbox.discard(found, [each.id for each in dead if each.waits])
        purged = [each for each in dead if not each.waits or each.id in gone]
        for letter in (letter for each in purged for letter in each.letters):
            queue.delete(letter)
    session.screen.say(f"{len(purged)} of {len(dead)} are given up.")
    return {"client_id": client, "purged": [each.id for each in purged], "discarded": gone}


@contextmanager
def _given_up(found: "Deployed", ids: Sequence[str]) -> "Iterator[tuple[list[Dead], Held]]":
    """Messages and rows, each thing once, oldest first; and the queue that the messages lie in."""
    from platform_cli.deploy import letters

    with letters.held(found) as queue:
        dead = {each.id: each for each in _waiting(found)}
        for letter in queue.letters:
            name = letter.delivery or letter.id
            if name not in dead:
                dead[name] = _told_of(found, letter)
            dead[name].letters.append(letter)
        wanted = [e for e in dead.values() if not ids or e.id.startswith(tuple(ids))]
        yield sorted(wanted, key=lambda each: each.since or ""), queue


def _told_of(found: "Deployed", letter: "Letter") -> Dead:
    """What an index does not show (yet): a call, or a delivery as its row is now."""
    from platform_cli.deploy import inbox

    name = letter.delivery or letter.id
    row = inbox.row(found, letter.delivery) if letter.delivery else None
    waits = row is not None and row.needs_decision
    return Dead(name, letter.kind, letter.reason, iso(letter.sent_at), waits=waits)


def _waiting(found: "Deployed") -> Iterator[Dead]:
    """Deliveries that wait for a person; their messages may have ended after 14 days."""
    from platform_cli.deploy import inbox
    from platform_core import contract

    if contract.OUT_INBOX_TABLE not in found.stack.outputs:
        return
    for listed in inbox.recent(found):
        if not listed.needs_decision:
            continue
        row = inbox.row(found, listed.id)
        if row is not None and row.needs_decision:
            yield Dead(row.id, "delivery", row.reason or "", iso(row.received_at), waits=True)


def _redriven(
    session: Session, found: "Deployed", dead: Sequence[Dead], rate: int
) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """By id: what is done, as its status and reason; and why the rest is left."""
    done, left = _replayed(session, found, dead, rate)
    for each in dead:
        if each.kind == "delivery":
            if not each.waits:
                done[each.id] = ("settled", "")
            continue
        hindrance = _called(found, each.letters[0])
        if hindrance:
            left[each.id] = hindrance
        else:
            done[each.id] = ("called again", "")
    return done, left


def _replayed(
    session: Session, found: "Deployed", dead: Sequence[Dead], rate: int
) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Replays those that wait."""
    from platform_cli.deploy import inbox

    ids = [each.id for each in dead if each.waits]
    if not ids:
        return {}, {}
    with session.screen.step(f"Replaying {len(ids)}") as step:
        driven = inbox.replay(found, ids, rate=rate, tell=step.count)
    done = {one.id: (str(one.status), one.reason) for one in driven.replayed}
    left = {one.id: one.reason for one in driven.skipped}
    return done, left | dict.fromkeys(driven.left, driven.failure)


def _called(found: "Deployed", letter: "Letter") -> str:
    """Why it was not called again; empty: it was."""
    from platform_cli.deploy import letters

    if letter.call is None:
        return letter.why_not
    try:
        letters.call_again(found, letter.call)
    except PlatformError as error:
        return str(error)
    return ""


def _table(session: Session, dead: Sequence[Dead]) -> None:
    rows = [[e.since, e.id[:60], e.kind, e.reason, e.way] for e in dead]
    columns = ["since", "id", "kind", "reason", "a redrive does"]
    session.screen.table("Given up", columns, rows)
    if not dead:
        session.screen.say("Nothing was given up.")


COMMANDS = {"list": list_, "redrive": redrive, "purge": purge}
