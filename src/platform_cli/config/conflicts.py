"""Find names that two clients of a workspace would share.

Every name of a client's resources starts with its id and environment, so two clients share one
only if their stack names are equal, or if one id continues another one with the name of an
environment: the resources of `acme-prod` match the pattern `acme-prod-*` in the permissions of
`acme`. A domain belongs to one client and environment, because CloudFront accepts it for one
distribution only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from platform_cli.config.client_names import Environment
from platform_cli.config.fields import check_client_id, invalid_value
from platform_cli.config.load import Configs
from platform_cli.config.model import ClientServiceConfig


@dataclass(frozen=True, slots=True)
class Side:
    """A client in an environment, and the change that would end its conflict with another one."""

    client_id: str
    environment: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NameConflict:
    """A name that two clients have, or two environments of one client."""

    first: Side
    second: Side
    """The side that comes later in the workspace."""
    field: str
    """The field of both files that causes it: `client_id` or `domain`."""
    message: str
    fails_in_aws: bool = True
    """False for a domain that CloudFront serves for one of the sides at most."""

    @property
    def is_of_one_client(self) -> bool:
        return self.first.client_id == self.second.client_id


def find_conflicts(clients: Iterable[Configs], ids: Iterable[str] = ()) -> list[NameConflict]:
    """Return the conflicts between clients. Takes linear time.

    `ids` name all clients of the workspace, those with invalid files included.
    """
    conflicts: list[NameConflict] = []
    stacks: dict[str, Side] = {}
    domains: dict[str, Side] = {}
    served_domains: dict[str, Side] = {}
    by_id = {_client_id(configs): configs for configs in clients}
    for client_id, configs in by_id.items():
        for environment, config in configs.items():
            side = Side(client_id, environment)
            first = stacks.setdefault(config.deployment_name, side)
            if first.client_id != client_id:
                conflicts.append(_stack_conflict(first, side, config.deployment_name))
            for domain in (config.domain, *config.site.aliases):
                first = served_domains.setdefault(domain, side) if _serves_domain(config) else side
                if first != side:
                    conflicts.append(_domain_conflict(first, side, domain, fails_in_aws=True))
                first = domains.setdefault(domain, side)
                if first.client_id != client_id:
                    conflicts.append(_domain_conflict(first, side, domain, fails_in_aws=False))
    all_ids = dict.fromkeys([*by_id, *ids])
    for client_id in all_ids:
        shorter, environment = split_environment(client_id)
        if shorter in all_ids:
            conflicts.append(_prefix_conflict(shorter, client_id, environment))
    return _without_repetitions(conflicts)


def reserved_id_problem(client_id: str) -> tuple[str, str] | None:
    """Return message and hint for an id that a new client cannot have, or None."""
    shorter, environment = split_environment(client_id)
    if not environment:
        return None
    message = f"{client_id!r} ends in the name of an environment"
    return message, (
        f"the environment {environment} of a client {shorter} would have the same names: "
        "choose another id"
    )


def check_new_client_id(text: str) -> str:
    """Validate the id of a new client. Deployed clients keep ids that are reserved now."""
    client_id = check_client_id(text)
    if problem := reserved_id_problem(client_id):
        raise invalid_value(*problem)
    return client_id


def split_environment(client_id: str) -> tuple[str, str]:
    """Split an id that ends in the name of an environment.

    >>> split_environment("acme-prod"), split_environment("acme")
    (('acme', 'prod'), ('', ''))
    """
    shorter, hyphen, last = client_id.rpartition("-")
    return (shorter, last) if hyphen and last in set(Environment) else ("", "")


def _client_id(configs: Configs) -> str:
    return next(iter(configs.values())).client_id


def _serves_domain(config: ClientServiceConfig) -> bool:
    """Return whether the distribution has the domain: without a certificate it has its own."""
    return bool(config.site.hosted_zone_id or config.site.certificate_arn)


def _stack_conflict(first: Side, second: Side, stack: str) -> NameConflict:
    hint = "the name omits hyphens: choose a client_id that differs in its letters"
    return NameConflict(
        replace(first, hint=hint),
        replace(second, hint=hint),
        "client_id",
        f"{second.client_id} and {first.client_id} have the same stack name, {stack}",
    )


def _domain_conflict(first: Side, second: Side, domain: str, *, fails_in_aws: bool) -> NameConflict:
    if first.client_id == second.client_id:
        hint = "AWS accepts it for one of them only: give the other one a domain of its own"
        owners = f"{second.client_id} has the same domain in {first.environment} and"
        message = f"{owners} {second.environment}, {domain}"
    else:
        hint = "a domain belongs to one client: change one of them"
        message = f"{second.client_id} and {first.client_id} have the same domain, {domain}"
    sides = (replace(first, hint=hint), replace(second, hint=hint))
    return NameConflict(*sides, "domain", message, fails_in_aws)


def _prefix_conflict(shorter: str, longer: str, environment: str) -> NameConflict:
    return NameConflict(
        Side(shorter, environment, f"choose another client_id: {longer} has its names already"),
        Side(longer, "", f"choose a client_id that does not end in -{environment}"),
        "client_id",
        f"{longer} is also the prefix of the resources of {shorter} in {environment}",
    )


def _without_repetitions(conflicts: Iterable[NameConflict]) -> list[NameConflict]:
    """Keep the first conflict with each message: most environments share a domain."""
    unique: dict[str, NameConflict] = {}
    for conflict in conflicts:
        unique.setdefault(conflict.message, conflict)
    return list(unique.values())
