"""The port `Cloud` by the use cases of `platform_cli.api`: AWS, or the embedded cloud.

The client needs no vendor: its content comes from one signed delivery of a sender of our own.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from benchmarks.aws_check import probes
from benchmarks.aws_check.cloud import Leftover, Surprise
from benchmarks.aws_check.observations import DeliveryResult, Probes
from platform_cli import api
from platform_cli.sample_deliveries import site_probe
from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.secrets import make_random_secret
from platform_cli.targets.target import ServiceUnavailable
from platform_core.contract import secret_path
from platform_core.contract.status import DeliveryStatus
from platform_core.provider import Kind
from platform_core.webhooks.request import WEBHOOK_SECRET

ENVIRONMENT: Final = "dev"
"""Retains nothing, so a run that is interrupted leaves no data that outlives its stack."""
PROVIDER: Final = "generic"
ENGINE: Final = "eleventy"
EVENT: Final = "content.created"
TITLE: Final = "Sent by make aws-check"
VISIBLE_SECONDS: Final = 180.0
"""Maximum time until visitors see the live release: CloudFront copies the pointer to its edges."""
SETTLED_SECONDS: Final = 3600.0
"""Maximum time until CloudFormation ends an update that was interrupted."""
POLL_SECONDS: Final = 2.0
ERROR_MARKS: Final = (
    '"level":"ERROR"', '"level": "ERROR"', "AccessDenied", "not authorized", "ImportModuleError",
    "Traceback", "FAILED",
)  # fmt: skip
MAX_ERROR_LINES: Final = 20
MAX_LINE: Final = 600
"""Characters of a log line that are kept."""


class PlatformCloud:
    """A new client in a workspace of its own."""

    def __init__(
        self, workspace: Path, client: str, *, is_local: bool, progress: api.Progress
    ) -> None:
        self.client = client
        self.is_local = is_local
        self._workspace = workspace
        self._location: api.Location = {
            "environment": ENVIRONMENT, "local": is_local, "workspace": workspace,
        }  # fmt: skip
        self._progress = progress
        self._started = time.time()
        self._remains: dict[str, Leftover] = {}
        self._site_url = ""
        self._deployed: Deployment | None = None
        api.create_workspace(workspace)
        api.scaffold_client(
            api.ClientOptions(
                client_id=client,
                providers={Kind.CMS: PROVIDER},
                engine=ENGINE,
                mode="event_driven",
            ),
            workspace=workspace,
        )
        if is_local:
            self._remains["cloud"] = self._describe_remain(
                "the embedded cloud of the run", "local reset --yes"
            )
        self._next_plan: api.DeployPlan | None = self._plan()
        self.target = self._next_plan.target
        self.stack = self._next_plan.stack
        self.resource_count = len(self._next_plan.changes)

    # --- the steps --------------------------------------------------------------------------------

    def deploy(self) -> None:
        self._set_secret()
        plan, self._next_plan = self._next_plan or self._plan(), None
        if not self.is_local:
            self._remains["stack"] = self._describe_remain(
                f"the stack {self.stack}", f"destroy {self.client} --env {ENVIRONMENT} --with-data"
            )
        self._site_url = api.deploy(plan, progress=self._progress).site_url
        self._wait_for_title(shown=False)

    def is_deployed(self) -> bool:
        return self._find_stack_status() == "CREATE_COMPLETE"

    def send(self) -> DeliveryResult:
        edits = {"data.title": TITLE, "data.id": probes.ID_WITH_SLASH}
        options = api.SendOptions(edits=edits)
        sent = api.send(self.client, PROVIDER, EVENT, options=options, **self._location)
        response = sent.responses[0]
        if not sent.is_accepted:
            raise Surprise(f"the signed delivery got {response.status}: {response.body}")
        live = api.wait_until_live(sent, progress=self._progress)
        if live.applied != DeliveryStatus.APPLIED:
            raise Surprise(f"the signed delivery is {live.applied}")
        self._wait_for_title(shown=True)
        self._deployed = sent.deployed
        return DeliveryResult(response.seconds, live.live_seconds)

    def probe(self) -> Probes:
        if self._deployed is None:
            raise Surprise("there is no deployed client to ask")
        with self._progress.step("Asking the deployed client"):
            return probes.probe(self._deployed, PROVIDER)

    def roll_back(self) -> None:
        now = api.rollback(self.client, progress=self._progress, **self._location)
        if now.release in {None, now.previous}:
            raise Surprise("the rollback did not change the live release")
        self._wait_for_title(shown=False)

    def destroy(self) -> None:
        removal = api.plan_destroy(self.client, with_data=True, **self._location)
        api.destroy(removal, progress=self._progress)
        self._remains.pop("stack", None)

    def has_metrics(self) -> bool | None:
        return probes.find_metrics(self.target, PROVIDER)

    def read_errors(self) -> tuple[str, ...]:
        lines = api.read_logs(self.client, since=self._started, **self._location)
        errors = [line for line in lines if any(mark in line.text for mark in ERROR_MARKS)]
        return tuple(f"{line.source}: {line.text[:MAX_LINE]}" for line in errors[-MAX_ERROR_LINES:])

    # --- removal ----------------------------------------------------------------------------------

    def remove_everything(self) -> None:
        if self.is_local:
            api.reset_cloud(self._workspace)
            self._remains.clear()
        if "stack" in self._remains:
            self._remove_stack()
        if "secret" in self._remains:
            self._remove_secret()

    def list_remains(self) -> tuple[Leftover, ...]:
        return tuple(self._remains.values())

    def _remove_stack(self) -> None:
        # A deploy that is interrupted goes on at CloudFormation.
        with self._progress.step("Waiting until CloudFormation has finished"):
            _wait_until(
                lambda: not self._find_stack_status().endswith("_IN_PROGRESS"), SETTLED_SECONDS
            )
        if self._find_stack_status():
            self.destroy()
        else:
            stacks.delete_failed_stack(self.target, self.stack)
            del self._remains["stack"]

    def _remove_secret(self) -> None:
        client = self.target.client("ssm")
        # It is missing if the run was interrupted before it was set.
        with suppress(client.exceptions.ParameterNotFound):
            client.delete_parameter(Name=self._secret_path)
        del self._remains["secret"]

    # --- parts of the steps -----------------------------------------------------------------------

    @property
    def _secret_path(self) -> str:
        return secret_path(self.client, ENVIRONMENT, PROVIDER, WEBHOOK_SECRET)

    def _plan(self) -> api.DeployPlan:
        return api.plan(self.client, progress=self._progress, **self._location)

    def _set_secret(self) -> None:
        """Set the secret that signs deliveries. `platform destroy` keeps secrets."""
        path, region = self._secret_path, self.target.region
        if not self.is_local:
            self._remains["secret"] = Leftover(
                f"the secret {path}", f"aws ssm delete-parameter --name {path} --region {region}"
            )
        api.set_secret(
            self.client, PROVIDER, WEBHOOK_SECRET, make_random_secret(), **self._location
        )

    def _find_stack_status(self) -> str:
        """Return the status of the stack; empty without a stack, or if its creation failed."""
        stack = stacks.read_stack(self.target, self.stack)
        return stack.status if stack else ""

    def _wait_for_title(self, *, shown: bool) -> None:
        """Wait until the site answers, with or without the title of the delivery."""
        with self._progress.step("Reading the site as a visitor"):
            if not _wait_until(lambda: self._shows_title() is shown, VISIBLE_SECONDS):
                state = "does not show" if shown else "still shows"
                raise Surprise(f"the site {state} the delivery after {VISIBLE_SECONDS:.0f} s")

    def _shows_title(self) -> bool | None:
        """Return whether a page has the title; None if the site does not answer yet."""
        try:
            return TITLE in site_probe.read_titles(self._site_url).values()
        except ServiceUnavailable:
            return None

    def _describe_remain(self, description: str, command: str) -> Leftover:
        return Leftover(description, f"platform {command} --workspace {self._workspace}")


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds. Returns whether it does."""
    deadline = time.monotonic() + seconds
    while not (is_true := condition()) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return is_true
