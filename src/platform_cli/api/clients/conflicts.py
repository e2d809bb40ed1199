"""Check the names of a workspace's clients against each other."""

from collections.abc import Iterable, Iterator

from platform_cli.config.client_names import Environment
from platform_cli.config.conflicts import NameConflict, find_conflicts, reserved_id_problem
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
    workspace: Workspace, clients: Iterable[Configs], deployed: Iterable[str]
) -> tuple[dict[str, list[Finding]], dict[str, list[Finding]]]:
    """Return the errors and the warnings by client id.

    A client that is deployed keeps its names. Of two clients with one name, the error is that of
    the client that is not deployed. A domain is an error in any case: it can change.
    """
    errors: dict[str, list[Finding]] = {}
    warnings: dict[str, list[Finding]] = {}
    kept = set(deployed)
    loaded = list(clients)
    for conflict in find_conflicts(loaded):
        blamed = _blamed_client(conflict, kept)
        is_kept = blamed in kept and conflict.field == "client_id"
        problem = (conflict.message, conflict.hint)
        file = workspace.client_file(blamed)
        finding = locate_finding(file, conflict.field, conflict.environment, problem)
        (warnings if is_kept else errors).setdefault(blamed, []).append(finding)
    for configs in loaded:
        client_id = next(iter(configs.values())).client_id
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


def require_own_names(workspace: Workspace, client_id: str, *, is_deployed: bool) -> list[Finding]:
    """Raise `ConfigError` if a deploy of the client would use a name of another client.

    Returns the warnings.
    """
    deployed = {*recorded_deployments(workspace)} - {client_id}
    if is_deployed:
        deployed.add(client_id)
    errors, warnings = find_name_problems(workspace, load_valid_clients(workspace), deployed)
    if client_id in errors:
        raise ConfigError(tuple(errors[client_id]))
    return warnings.get(client_id, [])


def _blamed_client(conflict: NameConflict, deployed: set[str]) -> str:
    is_new = conflict.client_id not in deployed
    return conflict.client_id if is_new or conflict.other in deployed else conflict.other
