"""Show what a deploy would change, and what of it holds data.

Changes nothing itself.

platform plan acme
platform plan acme --check          exits 3 where there is a change
platform plan acme --local          on this machine, and where that differs from AWS
"""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local
from platform_cli.commands._rollout import changes_data, make_plan, parity
from platform_cli.errors import Exit
from platform_cli.session import Outcome, Session

if TYPE_CHECKING:
    from platform_cli.deploy.changes import Change


def run(
    session: Session,
    client: Client,
    check: Annotated[bool, typer.Option("--check", help="Exit 3 where there is a change.")] = False,
    env: Env = None,
    local: Local = False,
) -> Outcome:
    """Data: {client_id, environment, target, stack, changes: [...], differs_from_aws: [...]}."""
    plan = make_plan(session, client, env, local=local)
    show_changes(session, plan.changes, plan.assembly.stack, deployed=plan.deployed)
    differences = parity(plan) if local else []
    if local:
        rows = [[d.type, d.logical_id, d.action, ", ".join(d.properties)] for d in differences]
        session.screen.table("Not as on AWS", ["type", "resource", "here", "properties"], rows)
    found = bool(plan.changes)
    return Outcome(
        {
            "client_id": client,
            "environment": plan.names.environment,
            "target": plan.target.name,
            "stack": plan.assembly.stack,
            "changes": changes_data(plan.changes),
            "differs_from_aws": changes_data(differences),
        },
        Exit.CHANGES if check and found else Exit.OK,
    )


def show_changes(session: Session, changes: "list[Change]", stack: str, *, deployed: bool) -> None:
    """A table of every change; a new stack is summed up by service."""
    screen = session.screen
    if not changes:
        screen.say(f"{stack}: no changes")
        return
    if not deployed:
        screen.table(f"{stack} is new", ["adds", "of", "namely"], _by_service(changes))
        return
    rows = [
        [each.action, each.type, each.logical_id, ", ".join(each.properties), _data_note(each)]
        for each in changes
    ]
    screen.table(f"{stack} changes", ["what", "type", "resource", "properties", "data"], rows)


def _by_service(changes: "list[Change]") -> list[list[object]]:
    """How many resources of each AWS service, and of which types."""
    types: dict[str, Counter[str]] = {}
    for change in changes:
        _, service, kind = change.type.split("::", 2)
        types.setdefault(service, Counter())[kind] += 1
    return [
        [of.total(), service, ", ".join(f"{n} {kind}" for kind, n in of.most_common())]
        for service, of in sorted(types.items())
    ]


def _data_note(change: "Change") -> str:
    if change.loses_data:
        return f"LOSES {change.holds}"
    return f"keeps {change.holds}" if change.holds else ""
