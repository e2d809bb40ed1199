"""The session of one call: its flags, its screen and its workspace."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.errors import Exit
from platform_cli.screen import Data, Flags, Screen
from platform_cli.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from platform_cli.api.workspaces import Location
    from platform_cli.config.model import ClientServiceConfig


@dataclass(frozen=True, slots=True)
class Outcome:
    """The data of a command with an exit code other than 0."""

    data: Data
    exit: Exit = Exit.OK


@dataclass
class Session:
    """A single call of the command line."""

    flags: Flags
    command: str = ""
    """Name of the command, e.g. `releases list`."""
    _loaded: dict[tuple[Path, str | None], "ClientServiceConfig"] = field(default_factory=dict)

    @cached_property
    def screen(self) -> Screen:
        return Screen(self.flags)

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of the call; raises `UsageError` if there is none."""
        return find_workspace(self.flags.workspace)

    def location(self, environment: str | None = None, *, local: bool = False) -> "Location":
        """The keywords that select one deployment of a client, for a use case of `api`."""
        return {"environment": environment, "local": local, "workspace": self.workspace}

    def load_client_config(
        self, client_id: str, environment: str | None = None
    ) -> "ClientServiceConfig":
        """Load and cache the config of a client; raises `ConfigError` or `UsageError`."""
        from platform_cli.config.load import load_client

        key = (self.workspace.client_file(client_id), environment)
        if key not in self._loaded:
            self._loaded[key] = load_client(*key)
        return self._loaded[key]

    def stream(self, entry: Data) -> None:
        """Print an entry under `--json`, as an object on a line of its own."""
        if self.flags.json:
            self.screen.print_json(self.command, entry)

    def report_outcome(self, outcome: Data | Outcome | None) -> Exit:
        """Print the data under `--json` and return the exit code."""
        result = outcome if isinstance(outcome, Outcome) else Outcome(outcome or {})
        if self.flags.json:
            self.screen.print_json(self.command, result.data)
        return result.exit
