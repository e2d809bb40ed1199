"""The port through which a run acts on a cloud. `platform_cloud.py` implements it."""

from dataclasses import dataclass
from typing import Protocol

from benchmarks.aws_check.observations import DeliveryResult, Probes


class Surprise(Exception):
    """The deployed client did something else than the documentation says."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that remains, and the command that removes it."""

    description: str
    command: str


class Cloud(Protocol):
    """One small client on AWS or on the embedded cloud.

    Every method may raise `Surprise` or any error of the tool, of AWS or of the network.
    """

    def deploy(self) -> None:
        """Deploy the client and wait until its first release is live."""

    def is_deployed(self) -> bool:
        """Return whether the client's stack was created."""

    def send(self) -> DeliveryResult:
        """Send a signed delivery and wait until visitors see it."""

    def probe(self) -> Probes:
        """Ask the deployed client for facts that its deploy does not show."""

    def roll_back(self) -> None:
        """Make the previous release live and wait until visitors see it."""

    def destroy(self) -> None:
        """Delete the client's stack and its data."""

    def has_metrics(self) -> bool | None:
        """Return whether CloudWatch lists a metric of the functions; None if it does not say."""

    def read_errors(self) -> tuple[str, ...]:
        """Return the log lines of the client's functions and builds that report an error."""

    def remove_everything(self) -> None:
        """Delete all that the run made, however far it came. Repeatable."""

    def list_remains(self) -> tuple[Leftover, ...]:
        """Describe all that `remove_everything` deletes. Calls no service."""
