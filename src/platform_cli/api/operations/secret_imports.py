"""Import a client's secrets from a dotenv file. Their values never come out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Unpack

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings
from platform_cli.api.operations.secrets import find_weakness, open_client_secrets
from platform_cli.api.workspaces import Location
from platform_cli.blueprint.binding import Binding
from platform_cli.config.dotenv_file import Variable, read_dotenv
from platform_cli.errors import ConfigError, Finding, PlatformError, UsageError
from platform_cli.suggest import did_you_mean
from platform_core import providers

UNKNOWN: Final = "no secret of this client"


@dataclass(frozen=True, slots=True)
class ImportedSecret:
    """A secret of the client, and the variable that held its value."""

    provider: str
    name: str
    variable: str
    where: str
    """`file:line:column` of the variable."""


@dataclass(frozen=True, slots=True)
class UnknownVariable:
    """A variable that is no secret of the client. It was left out."""

    variable: str
    where: str
    hint: str
    """The most similar name of a secret, if there is one."""


@dataclass(frozen=True, slots=True)
class SecretImport:
    """The result of an import."""

    set: tuple[ImportedSecret, ...]
    unchanged: tuple[ImportedSecret, ...]
    """Secrets that had this value before. An earlier value of them stays valid."""
    unknown: tuple[UnknownVariable, ...]


@dataclass(frozen=True, slots=True)
class _Assignment:
    binding: Binding
    name: str
    variable: Variable

    def describe(self) -> ImportedSecret:
        variable = self.variable
        return ImportedSecret(self.binding.provider, self.name, variable.name, variable.where)


def import_secrets(client: str, file: Path | str, **location: Unpack[Location]) -> SecretImport:
    """Set the secrets of a client that a dotenv file names, such as `SANITY_WEBHOOK_SECRET`.

    As with `set_secret`, only the new value is valid from now on. Nothing is written if one value
    is refused: raises `ConfigError` with every finding, or `UsageError` if the file names no
    secret of the client.
    """
    blueprint = load_blueprint(
        client, location.get("environment"), workspace=location.get("workspace")
    )
    known = _names_of_variables(provider_bindings(blueprint))
    variables = read_dotenv(Path(file))
    assignments = [
        _Assignment(*known[variable.name], variable)
        for variable in variables
        if variable.name in known
    ]
    unknown = tuple(
        UnknownVariable(variable.name, variable.where, did_you_mean(variable.name, known, UNKNOWN))
        for variable in variables
        if variable.name not in known
    )
    if not assignments:
        raise UsageError(
            f"no variable of {file} is a secret of {client}",
            hint=f"it needs: {', '.join(known)}" if known else "",
        )
    if findings := _find_problems(assignments):
        raise ConfigError(findings)
    written, unchanged = _write(client, assignments, **location)
    return SecretImport(written, unchanged, unknown)


def _names_of_variables(bindings: tuple[Binding, ...]) -> dict[str, tuple[Binding, str]]:
    """Map the names of variables to secrets. An alias of a provider counts as its name."""
    return {
        f"{label}_{name}".upper(): (binding, name)
        for binding in bindings
        for label in (binding.provider, *providers.load_manifest(binding.provider).aliases)
        for name in binding.secrets
    }


def _find_problems(assignments: list[_Assignment]) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    first: dict[tuple[str, str], str] = {}
    for assignment in assignments:
        binding, name, variable = assignment.binding, assignment.name, assignment.variable
        earlier = first.setdefault((binding.provider, name), variable.where)
        if earlier != variable.where:
            message = f"{variable.name} sets {name} of {binding.provider} a second time"
            findings.append(Finding(message, variable.where, f"it is set at {earlier}"))
        elif not variable.value:
            findings.append(
                Finding(f"{variable.name} is empty", variable.where, "set or remove it")
            )
        elif weakness := find_weakness(binding, name, variable.value):
            message = f"this {name} of {binding.provider} {weakness}"
            findings.append(Finding(message, variable.where, "use the value that the vendor has"))
    return tuple(findings)


def _write(
    client: str, assignments: list[_Assignment], **location: Unpack[Location]
) -> tuple[tuple[ImportedSecret, ...], tuple[ImportedSecret, ...]]:
    """Set the secrets whose value differs. Returns those, and those with this value already."""
    safe = open_client_secrets(client, **location)
    written: list[ImportedSecret] = []
    unchanged: list[ImportedSecret] = []
    for assignment in assignments:
        provider, name = assignment.binding.provider, assignment.name
        if safe.has_value(provider, name, assignment.variable.value):
            unchanged.append(assignment.describe())
            continue
        try:
            safe.set_value(provider, name, assignment.variable.value)
        except PlatformError as error:
            names = ", ".join(secret.variable for secret in written) or "none"
            raise PlatformError(
                f"{assignment.variable.name} could not be set: {error}",
                where=assignment.variable.where,
                hint=f"set before it: {names}; run the command again for the rest",
            ) from error
        written.append(assignment.describe())
    return tuple(written), tuple(unchanged)
