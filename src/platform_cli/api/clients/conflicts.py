"""Check the names of a workspace's clients against each other."""

from collections.abc import Iterable, Iterator

from platform_cli.config.client_names import Environment
from platform_cli.config.conflicts import (
    NameConflict,
    Side,
    find_conflicts,
    reserved_id_problem,
)
from platform_cli.config.load import Configs, load_environments, locate_finding
from platform_cli.errors import ConfigError, Finding
from platform_cli.workspace import Workspace


def load_valid_clients(workspace: Workspace) -> Iterator[Configs]:
    """Yield the configs of all clients whose files are valid."""
    for client_id in workspace.client_ids():
        try:
            yield load_environments(workspace.client_file(client_id))
        except ConfigError:
            continue


def find_name_problems(
    workspace: Workspace,
    clients: Iterable[Configs],
    deployed: Iterable[str],
    *,
    with_domains: bool = True,
) -> tuple[dict[str, list[Finding]], dict[str, list[Finding]]]:
    """Return the errors and the warnings by client id.

    A client that is deployed keeps its names. Of two clients with one name, the error is that of
    the client that is not deployed. A domain can change, so a deployed client keeps a shared one
    only while AWS accepts it.
    """
    errors: dict[str, list[Finding]] = {}
    warnings: dict[str, list[Finding]] = {}
    kept = set(deployed)
    loaded = {next(iter(configs.values())).client_id: configs for configs in clients}
    for conflict in find_conflicts(loaded.values(), workspace.client_ids()):
        blamed = _choose_blamed_side(conflict, kept)
        # The findings of an invalid file come first.
        if blamed.client_id not in loaded or (conflict.field == "domain" and not with_domains):
            continue
        file = workspace.client_file(blamed.client_id)
        problem = (conflict.message, blamed.hint)
        finding = locate_finding(file, conflict.field, blamed.environment, problem)
        problems = warnings if _is_warning(conflict, blamed, kept) else errors
        problems.setdefault(blamed.client_id, []).append(finding)
    for client_id in loaded:
        reserved = reserved_id_problem(client_id)
        if reserved and client_id not in errors:
            file = workspace.client_file(client_id)
            finding = locate_finding(file, "client_id", "", reserved)
            (warnings if client_id in kept else errors).setdefault(client_id, []).append(finding)
    return errors, warnings


def recorded_deployments(workspace: Workspace) -> Iterator[str]:
    """Yield the ids of the clients that this workspace has deployed."""
    for client_id in workspace.client_ids():
        if workspace.recorded_environments(client_id, Environment):
            yield client_id


def require_own_names(
    workspace: Workspace, client_id: str, *, is_deployed: bool, is_local: bool
) -> list[Finding]:
    """Raise `ConfigError` if a deploy of the client would use a name of another client.

    Returns the warnings. The embedded cloud gives each site an address of its own, so domains
    matter on AWS only.
    """
    deployed = {*recorded_deployments(workspace)} - {client_id}
    if is_deployed:
        deployed.add(client_id)
    errors, warnings = find_name_problems(
        workspace, load_valid_clients(workspace), deployed, with_domains=not is_local
    )
    if client_id in errors:
        raise ConfigError(tuple(errors[client_id]))
    return warnings.get(client_id, [])


def _choose_blamed_side(conflict: NameConflict, deployed: set[str]) -> Side:
    """Return the side that has to change: the later one, unless only the other one is new."""
    first, second = conflict.first, conflict.second
    is_first_new = first.client_id not in deployed and second.client_id in deployed
    return first if is_first_new else second


def _is_warning(conflict: NameConflict, blamed: Side, deployed: set[str]) -> bool:
    if conflict.is_of_one_client:
        # One of the environments may exist on this machine only.
        return True
    is_accepted = conflict.field == "client_id" or not conflict.fails_in_aws
    return blamed.client_id in deployed and is_accepted
