"""Find names that two clients of a workspace would share.

Every name of a client's resources starts with its id and environment, so two clients share one
only if their stack names are equal, or if one id continues another one with the name of an
environment: the resources of `acme-prod` match the pattern `acme-prod-*` in the permissions of
`acme`. A domain belongs to one client, because CloudFront accepts it for one distribution only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from platform_cli.config.client_names import Environment
from platform_cli.config.load import Configs


@dataclass(frozen=True, slots=True)
class NameConflict:
    """A name that two clients have."""

    client_id: str
    other: str
    field: str
    """The field of both files that causes it: `client_id` or `domain`."""
    environment: str
    message: str
    hint: str


def find_conflicts(clients: Iterable[Configs]) -> list[NameConflict]:
    """Return the conflicts between clients, each for the later one. Takes linear time."""
    stacks: dict[str, str] = {}
    domains: dict[str, str] = {}
    conflicts: list[NameConflict] = []
    by_id = {_client_id(configs): configs for configs in clients}
    for client_id, configs in by_id.items():
        for environment, config in configs.items():
            owner = stacks.setdefault(config.deployment_name, client_id)
            if owner != client_id:
                conflicts.append(
                    _stack_conflict(client_id, owner, environment, config.deployment_name)
                )
            owner = domains.setdefault(config.domain, client_id)
            if owner != client_id:
                conflicts.append(_domain_conflict(client_id, owner, environment, config.domain))
        shorter, environment = split_environment(client_id)
        if shorter in by_id:
            conflicts.append(_prefix_conflict(client_id, shorter, environment))
    return _without_repetitions(conflicts)


def reserved_id_problem(client_id: str) -> tuple[str, str] | None:
    """Return message and hint for an id that a new client cannot have, or None."""
    shorter, environment = split_environment(client_id)
    if not environment:
        return None
    message = f"client_id {client_id!r} ends in the name of an environment"
    return message, (
        f"the environment {environment} of a client {shorter} would have the same names: "
        "choose another id"
    )


def split_environment(client_id: str) -> tuple[str, str]:
    """Split an id that ends in the name of an environment.

    >>> split_environment("acme-prod"), split_environment("acme")
    (('acme', 'prod'), ('', ''))
    """
    shorter, hyphen, last = client_id.rpartition("-")
    return (shorter, last) if hyphen and last in set(Environment) else ("", "")


def _client_id(configs: Configs) -> str:
    return next(iter(configs.values())).client_id


def _stack_conflict(client_id: str, other: str, environment: str, stack: str) -> NameConflict:
    return NameConflict(
        client_id, other, "client_id", environment,
        f"{client_id} and {other} have the same stack name, {stack}",
        "the name omits hyphens: give one of them a client_id that differs in its letters",
    )  # fmt: skip


def _domain_conflict(client_id: str, other: str, environment: str, domain: str) -> NameConflict:
    return NameConflict(
        client_id, other, "domain", environment,
        f"{client_id} and {other} have the same domain, {domain}",
        "a domain belongs to one client: change one of them",
    )  # fmt: skip


def _prefix_conflict(client_id: str, other: str, environment: str) -> NameConflict:
    return NameConflict(
        client_id, other, "client_id", environment,
        f"{client_id} is also the prefix of the resources of {other} in {environment}",
        f"give it a client_id that does not end in -{environment}",
    )  # fmt: skip


def _without_repetitions(conflicts: Iterable[NameConflict]) -> list[NameConflict]:
    """Keep one conflict for each message: most environments share a domain."""
    unique: Mapping[str, NameConflict] = {conflict.message: conflict for conflict in conflicts}
    return list(unique.values())
