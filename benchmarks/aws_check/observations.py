"""The facts that a run collects, from which `checks.py` judges the rows of docs/aws.md."""

from dataclasses import dataclass, field
from enum import StrEnum


class Step(StrEnum):
    """The steps of a run, in their order."""

    DEPLOY = "deploy"
    SEND = "send a signed delivery"
    PROBE = "ask the deployed client"
    ROLL_BACK = "roll back"
    DESTROY = "destroy"
    DEPLOY_AGAIN = "deploy again"
    DESTROY_AGAIN = "destroy again"
    READ_METRICS = "read the metrics"
    """Last: CloudWatch lists a new metric up to 15 minutes late, also after the stack is gone."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason why a run stopped."""

    step: Step
    kind: str
    """Name of the exception's class."""
    message: str


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """A signed delivery that was applied and published."""

    ack_seconds: float
    """From the request to its response. The function starts for it, so this is a cold start."""
    live_seconds: float
    """From the request until the release was live."""


@dataclass(frozen=True, slots=True)
class Probes:
    """Answers of the deployed client to requests that change nothing that visitors see."""

    missing_page_status: int
    """HTTP status of a page that does not exist."""
    unknown_address_status: int
    """HTTP status of a webhook address with a token that was never issued."""
    large_body_reached: bool
    """Whether the function, and not API Gateway, answered an unsigned delivery of 5 MB."""
    unconditional_put_refused: bool
    """Whether the site's bucket refused an upload that may overwrite a release."""
    conditional_put_accepted: bool
    """Whether it accepted the same upload on the condition that the object does not exist."""
    old_pointer_version_refused: bool | None
    """Whether the key-value store refused a write on an old version; None if it was not tried."""
    slash_id_status: int
    """HTTP status of a signed request to the content API for an id with an encoded slash."""
    id_query_status: int
    """HTTP status of the same request with the id in the query."""


@dataclass(slots=True)
class Observations:
    """Everything that a run has seen so far. None means that the run did not get this far."""

    seconds: dict[Step, float] = field(default_factory=dict)
    """Duration of each finished step."""
    is_stack_created: bool = False
    """Whether CloudFormation created the stack. A build that fails comes after that."""
    delivery: DeliveryResult | None = None
    probes: Probes | None = None
    has_metrics: bool | None = None
    """Whether CloudWatch lists a metric of the functions."""
    failure: Failure | None = None
    error_lines: tuple[str, ...] = ()
    """Lines of the client's logs that report an error, read after a failure."""

    @property
    def is_site_built(self) -> bool:
        """Whether a release was built, verified and made live."""
        return Step.DEPLOY in self.seconds

    def has_failed_at(self, step: Step, kind: str) -> bool:
        """Return whether the run stopped at this step with an exception of this class."""
        return self.failure is not None and (self.failure.step, self.failure.kind) == (step, kind)

    def find_message(self, *parts: str) -> str | None:
        """Return the failure or the log line that contains all of these texts."""
        messages = (*((self.failure.message,) if self.failure else ()), *self.error_lines)
        return next((text for text in messages if all(part in text for part in parts)), None)
