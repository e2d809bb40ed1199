"""A cloud in memory for the check of an AWS account. It fails where a test says."""

from dataclasses import dataclass, field

from benchmarks.aws_check.cloud import Leftover
from benchmarks.aws_check.observations import DeliveryResult, Probes, Step

GOOD_PROBES = Probes(
    missing_page_status=404,
    unknown_address_status=404,
    large_body_reached=True,
    unconditional_put_refused=True,
    conditional_put_accepted=True,
    old_pointer_version_refused=True,
    slash_id_status=200,
    id_query_status=200,
)


@dataclass
class CheckCloud:
    """A client that is deployed or not, and the errors of its steps."""

    errors: dict[Step, BaseException] = field(default_factory=dict)
    """Raised in the middle of a step: a deploy has created its stack by then."""
    removal_error: BaseException | None = None
    evidence_error: BaseException | None = None
    probes: Probes = GOOD_PROBES
    log: tuple[str, ...] = ()
    calls: list[str] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)
    """Everything that exists in the account because of the run."""

    def deploy(self) -> None:
        step = Step.DEPLOY_AGAIN if "deploy" in self.calls else Step.DEPLOY
        self.existing = ["stack", "secret"]
        self._call("deploy", step)

    def is_deployed(self) -> bool:
        if self.evidence_error:
            raise self.evidence_error
        return "stack" in self.existing

    def send(self) -> DeliveryResult:
        self._call("send", Step.SEND)
        return DeliveryResult(ack_seconds=1.5, live_seconds=60.0)

    def probe(self) -> Probes:
        self._call("probe", Step.PROBE)
        return self.probes

    def roll_back(self) -> None:
        self._call("roll_back", Step.ROLL_BACK)

    def destroy(self) -> None:
        self._call("destroy", Step.DESTROY_AGAIN if "destroy" in self.calls else Step.DESTROY)
        self.existing.remove("stack")

    def has_metrics(self) -> bool:
        self._call("has_metrics", Step.READ_METRICS)
        return True

    def read_errors(self) -> tuple[str, ...]:
        return self.log

    def remove_everything(self) -> None:
        if self.removal_error:
            raise self.removal_error
        self.existing.clear()

    def list_remains(self) -> tuple[Leftover, ...]:
        return tuple(Leftover(f"the {name}", f"remove {name}") for name in self.existing)

    def _call(self, name: str, step: Step) -> None:
        self.calls.append(name)
        if step in self.errors:
            raise self.errors[step]
