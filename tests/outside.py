"""The product as an outside judge sees it: one façade for proofs and for cases from bug reports.

Everything under `tests/assurance/outside`, and any judge that is kept elsewhere, imports this
module and nothing else of the product or of its test helpers. When a module of the product moves
or changes its name, this file changes and the judges do not. Names and results here are stable:
add to them, and do not change them.

**Content.** A `World` is one client with one provider. The provider's API is a simulation, and
`state` is its content. `normalize` applies deliveries, `list_all` reads the whole API. An
`Outcome` holds the items, the vendor calls and the log lines.

>>> from tests import outside
>>> world = outside.world("generic")
>>> item = {"id": "1", "content_type": "article", "title": "Tea", "updated_at": "2026-11-20T10:00Z"}
>>> body = {"type": "content.updated", "timestamp": "2026-11-20T10:00:00Z", "data": item}
>>> outcome = outside.normalize(world, [outside.delivery("generic", body)])
>>> outcome.outcome, outcome.items[0]["title"], outcome.items[0]["status"]
('upsert', 'Tea', 'published')

Git providers read a repository; a push names the paths that changed.

>>> world = outside.world("decap", state=outside.repository({"content/articles/a.md": "# Cups"}))
>>> outside.normalize(world, [outside.push("decap", added=["content/articles/a.md"])]).outcome
'upsert'

**The webhook endpoint.** `receive` decides about one request. `sign` makes the headers of a
provider's signature, of this provider or of another one.

>>> endpoint = outside.endpoint("generic", secrets=[b"whsec_" + b"c2VjcmV0IG9mIHRoZSBwcm9vZnM="])
>>> outside.receive(endpoint, b"{}", {}).status
401
>>> headers = outside.sign("generic", b"{}", endpoint.secrets[0])
>>> outside.receive(endpoint, b"{}", headers).outcome
'accepted'

**Configuration.** `load_workspace` gives the findings of `platform validate` for a folder that
holds `clients/*.yaml`; `computed_names` gives the names that a client's resources get.

**The pipeline.** `Pipeline` is a client with all its workers in memory and a clock that the test
moves: content goes in, builds end as the test says, and releases go live.

>>> pipeline = outside.Pipeline()
>>> pipeline.edit("tea"), pipeline.finish_build(), sorted(pipeline.titles())
(None, None, ['tea 1'])

**The embedded cloud and site builds.** `with outside.cloud(folder) as cloud:` runs one with its
own `port` and `state_dir`; `build_site` builds a feed with an engine. Both take seconds.
`detect_site` and `site_buildspec` show how a site that is not our starter is built:

>>> outside.detect_site({"hugo.toml": b'publishDir = "docs"'})["output"]
('docs', 'hugo.toml')

`adopt_site` adopts a folder or a repository, as `platform adopt` does. `AdoptedSite` holds its exit
code, its JSON data, its findings and the client's file.
"""

import copy
import http.client
import io
import json
import logging
import subprocess
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from platform_cli import cli, engines
from platform_cli.api.operations.secrets import find_weakness
from platform_cli.blueprint.compose import binding
from platform_cli.blueprint.naming import ResourceNames
from platform_cli.config.load import load_environments
from platform_cli.config.site import SiteConfig
from platform_cli.deploy.node import find_node, run_npm
from platform_cli.errors import ConfigError
from platform_cli.local.builds.sandbox import SandboxKind, find_sandbox
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.site_source import detection
from platform_core import providers
from platform_core.content import html
from platform_core.errors import Malformed, NotYetVisible, PipelineError, VendorRefused
from platform_core.feed import content_feed
from platform_core.http import HttpResponse
from platform_core.ingress.receive import IngressDeps
from platform_core.ingress.receive import receive as decide
from platform_core.pipeline import vendors as pipeline_vendors
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.provider import Buy, Removal, Storefront, Upsert
from platform_core.providers._git.simulated.history import START_COMMIT
from platform_core.providers.generic import item as generic_item
from platform_core.providers.generic.settings import Settings as GenericSettings
from platform_core.webhooks.request import WEBHOOK_SECRET, Delivery, Request
from platform_core.webhooks.secrets import Secrets
from tests.engines import feeds, sites
from tests.fakes import vendors as recorded
from tests.fakes.pipeline import Crash
from tests.fakes.pipeline import World as MemoryWorld
from tests.local import ground as local

Settings = Mapping[str, Any]
NOW = recorded.NOW.timestamp()
"""Unix time of every world and endpoint."""
HEAD = "a1" * 20
"""The commit that `repository` puts at the head of the branch and `push` names."""

sanitize = html.sanitize
"""HTML of a vendor -> HTML that a page may carry."""
markdown_to_html = html.render_markdown
"""Markdown of a vendor -> sanitized HTML."""
strip_markup = html.strip_markup
"""HTML of a vendor -> plain text."""
TextRefused = Malformed
"""Raised by these three for a text that no page can hold."""


# --- content -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class World:
    """One client with one provider, whose API is simulated."""

    provider: str
    settings: Settings
    simulation: recorded.World


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of some deliveries, or of a listing."""

    outcome: str
    """upsert, removal, signal or nothing; malformed, notyet (the API is behind) or refused (the
    API said no)."""
    items: list[dict[str, Any]]
    """Items to store, as JSON values: fields of the unified content, and `available`."""
    message: str = ""
    """The error's text; empty without an error."""
    vendor_calls: int = 0
    log: list[str] = field(default_factory=list)
    """Lines that the normalizer logged, for example about content that it left out."""


def world(provider: str, settings: Settings | None = None, state: Any = None) -> World:
    """Return a client of this provider. Settings that are missing come from its examples; `state`
    is in the form of the provider's `simulated` module."""
    values = dict(settings or {})
    return World(provider, values, recorded.World(provider, values, state=state or {}))


def repository(
    files: Mapping[str, str], before: Mapping[str, str] | None = None, branch: str = "main"
) -> dict[str, Any]:
    """Return the state of a Git host: `files` at the head of the branch, `before` at the commit
    before it."""

    def tree(content: Mapping[str, str]) -> dict[str, Any]:
        date = "2026-11-01T00:00:00Z"
        return {path: {"text": text, "date": date} for path, text in content.items()}

    commits = {START_COMMIT: tree(before or {}), HEAD: tree(files)}
    return {"pushed_at": 1795165200, "heads": {branch: HEAD}, "commits": commits}


def delivery(
    provider: str,
    body: Any = None,
    raw: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    settings: Settings | None = None,
) -> Request:
    """Return a signed delivery with this JSON body, or with these raw bytes."""
    content = json.dumps(body, ensure_ascii=False).encode() if raw is None else raw
    request = recorded.request(content, headers)
    # Some schemes sign facts that a body from outside does not have. The normalizer does not
    # check signatures, so such a delivery stays unsigned.
    with suppress(PipelineError, LookupError, TypeError, ValueError):
        return recorded.signed(provider, request, settings=settings)
    return request


def push(
    provider: str,
    added: Iterable[str] = (),
    removed: Iterable[str] = (),
    settings: Settings | None = None,
    **members: Any,
) -> Request:
    """Return GitHub's delivery for a push to the branch; `members` replace members of its body."""
    body = json.loads(json.dumps(recorded.recordings("decap")["push"]["body"]))
    files = {"added": list(added), "modified": [], "removed": list(removed)}
    commit = {**body["commits"][0], "id": HEAD, **files}
    ref = f"refs/heads/{(settings or {}).get('branch', 'main')}"
    body |= {"after": HEAD, "commits": [commit], "head_commit": commit, "ref": ref, **members}
    return delivery(provider, body, headers={"x-github-event": "push"}, settings=settings)


def normalize(world: World, deliveries: Iterable[Request]) -> Outcome:
    """Apply deliveries in order with the provider's normalizer."""

    def read_changes() -> Iterator[Any]:
        for request in deliveries:
            yield from world.simulation.changes(request)

    return _outcome(world, read_changes)


def list_all(world: World) -> Outcome:
    """Read everything that the provider's API lists."""
    module = providers.load_content(world.provider)
    return _outcome(world, lambda: map(Upsert, module.list_all(world.simulation.context)))


def _outcome(world: World, read_changes: Callable[[], Iterable[Any]]) -> Outcome:
    calls_before = len(world.simulation.requested_urls)
    log = _LogLines()
    logging.getLogger().addHandler(log)
    try:
        changes = list(read_changes())
    except (NotYetVisible, Malformed, VendorRefused) as error:
        kind = "notyet" if isinstance(error, NotYetVisible) else "malformed"
        kind = "refused" if isinstance(error, VendorRefused) else kind
        calls = len(world.simulation.requested_urls) - calls_before
        return Outcome(kind, [], str(error), calls, log.lines)
    finally:
        logging.getLogger().removeHandler(log)
    items = [change.item for change in changes if isinstance(change, Upsert)]
    has_removal = any(isinstance(change, Removal) for change in changes)
    kind = "removal" if has_removal else "signal" if changes else "nothing"
    values = [item.model_dump(mode="json") | {"available": item.available} for item in items]
    calls = len(world.simulation.requested_urls) - calls_before
    return Outcome("upsert" if items else kind, values, "", calls, log.lines)


class _LogLines(logging.Handler):
    """Collects log lines as text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


# --- the webhook endpoint ----------------------------------------------------------------------


@dataclass(slots=True)
class Endpoint:
    """One provider's webhook address, with its secrets, in memory."""

    provider: str
    secrets: tuple[bytes, ...]
    now: float = NOW
    """Unix time; set it to move the clock."""
    vendor_status: int = 404
    """HTTP status that the provider's API gives to each call."""
    stored: list[str] = field(default_factory=list)
    """Ids of the deliveries in the inbox."""
    vendor_calls: list[str] = field(default_factory=list)
    """Addresses of the provider's API that were called."""
    dependencies: Any = None
    """The argument of the product's own function beside the request; not for tests outside."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The response to one request."""

    status: int
    outcome: str
    """accepted, greeted, duplicate, quarantined, refused, unavailable ..."""
    reason: str
    delivery_id: str


def endpoint(
    provider: str, settings: Settings | None = None, secrets: Iterable[bytes] = ()
) -> Endpoint:
    """Return the webhook address of a client with these secrets, the newest first."""
    endpoint = Endpoint(provider, tuple(secrets))
    module = providers.load_webhook(provider)

    class Store:
        def read(self, provider: str, name: str, *, fresh: bool = False) -> Secrets:
            return Secrets(endpoint.secrets)

    class Inbox:
        def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
            new = delivery.id not in endpoint.stored
            endpoint.stored += [delivery.id] if new else []
            return new

    def call(method: str, url: str, **_: Any) -> HttpResponse:
        endpoint.vendor_calls.append(url)
        return HttpResponse(endpoint.vendor_status, b"")

    endpoint.dependencies = IngressDeps(
        find=lambda name: (provider, module) if name == provider else None,
        settings={provider: dict(settings or {})},
        secrets=Store(),
        inbox=Inbox(),
        http=call,
        clock=lambda: endpoint.now,
        sleep=lambda seconds: None,
    )
    return endpoint


def sign(
    provider: str, body: bytes, secret: bytes, settings: Settings | None = None
) -> dict[str, str]:
    """Return the headers with which this provider signs a body at the time `NOW`. Raises
    `ValueError` if its scheme cannot use this secret."""
    scheme = providers.load_webhook(provider).SIGNATURE.bind(dict(settings or {}))
    request = Request("POST", f"/webhooks/{provider}", {}, body, NOW)
    try:
        return dict(scheme.sign(request, secret, NOW))
    except (PipelineError, LookupError, TypeError) as error:
        raise ValueError(f"{provider} cannot sign with this secret") from error


def secret_weakness(provider: str, secret: str, settings: Settings | None = None) -> str:
    """Return the reason for which `platform secrets set` refuses this webhook secret; empty if it
    takes it."""
    return find_weakness(binding(provider, dict(settings or {})), WEBHOOK_SECRET, secret)


def webhook_providers() -> list[str]:
    """Return the names of all providers that receive webhooks."""
    return [name for name in providers.provider_names() if providers.has_module(name, "webhook")]


def receive(
    endpoint: Endpoint, body: bytes, headers: Mapping[str, str], path: str | None = None
) -> Reply:
    """Process one request, as the webhook router does. An exception is a fault."""
    address = path or f"/webhooks/{endpoint.provider}"
    request = Request("POST", address, dict(headers), body, endpoint.now, "request")
    answer = decide(request, endpoint.provider, endpoint.dependencies)
    return Reply(answer.status, str(answer.outcome), answer.reason, answer.delivery_id)


# --- configuration -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of `platform validate`."""

    file: str
    """The client's file without its suffix; empty if the finding is about the workspace."""
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


@dataclass(frozen=True, slots=True)
class Workspace:
    """The clients of a folder, as `platform validate` reads them."""

    clients: Mapping[str, Any]
    """By file name without its suffix; fields of the configuration are attributes."""
    findings: Sequence[Finding]
    sound: bool
    """Whether `platform validate` ends with exit code 0."""


def load_workspace(folder: Path) -> Workspace:
    """Validate the clients in `folder/clients`. Clients with findings of their own are left out."""
    files = sorted((folder / "clients").glob("*.yaml"))
    clients = {}
    for file in files:
        with suppress(ConfigError):
            clients[file.stem] = next(iter(load_environments(file).values()))
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(io.StringIO()):
        code = cli.run(("validate", "--json", "--workspace", str(folder)))
    problems = json.loads(printed.getvalue()).get("error", {}).get("findings", [])
    stems = {file.stem for file in files}
    findings = []
    for problem in problems:
        stem = Path(problem.get("where", "").partition(":")[0]).stem
        client_file = stem if stem in stems else ""
        findings.append(Finding(client_file, problem["message"], problem["hint"]))
    return Workspace(clients, findings, code == 0)


def computed_names(client_file: Path) -> dict[str, dict[str, str]]:
    """Return the names that a client's resources get, by environment: its stack, prefix, domain,
    buckets, tables, topics and build project."""
    by_environment = {}
    for environment, config in load_environments(client_file).items():
        names = ResourceNames(config.client_id, config.resource_prefix)
        by_environment[str(environment)] = {
            "stack": config.deployment_name,
            "prefix": config.resource_prefix,
            "domain": config.domain,
            "site_bucket": names.bucket("site"),
            "data_bucket": names.bucket("data"),
            "inbox_table": names.inbox_table,
            "content_table": names.content_table,
            "site_table": names.site_table,
            "content_topic": names.content_topic,
            "build_project": names.build_project,
            "build_role": names.role("build"),
            "api": names.api,
        }
    return by_environment


# --- the pipeline ------------------------------------------------------------------------------


class Pipeline:
    """A client with all its workers in memory, and a clock that moves when the test moves it.

    With a `World`, deliveries are those of its provider, and each call of its API takes
    `seconds_per_call`. A call whose address contains `hang_on` never ends. The ingest worker is
    killed after `TIME_LIMIT`, as AWS Lambda would do.
    """

    TIME_LIMIT = 120.0

    def __init__(self, world: World | None = None, seconds_per_call: float = 0.15) -> None:
        self.hang_on = ""
        self.vendor_calls = 0
        self._seconds_per_call = seconds_per_call
        self._kill_at = float("inf")
        self._memory = MemoryWorld()
        if world:
            self._use(world)

    def _use(self, world: World) -> None:
        """Replace the client's provider in memory by the world's."""
        settings = recorded.build_settings(world.provider, world.settings)
        module = providers.load_content(world.provider)
        vendor = pipeline_vendors.Vendor(world.provider, module, settings)
        self._call_vendor = world.simulation.http
        memory = self._memory
        known = {world.provider: vendor}
        memory.vendors = replace(memory.vendors, known=known, http=self._http)
        memory.ingest_deps = replace(memory.ingest_deps, vendors=memory.vendors)
        memory.ingest = Ingest(memory.ingest_deps)

    def _http(self, method: str, url: str, **rest: Any) -> HttpResponse:
        self.vendor_calls += 1
        hangs = bool(self.hang_on) and self.hang_on in url
        self._memory.clock.now += self.TIME_LIMIT if hangs else self._seconds_per_call
        if self._memory.clock.now >= self._kill_at:
            raise Crash("the time limit of the function")
        return self._call_vendor(method, url, **rest)

    # -- content --

    def edit(self, name: str, version: int = 1) -> None:
        """Publish an article with the title `<name> <version>`; the workers take it to a build."""
        memory = self._memory
        memory.ingest.apply_deliveries([memory.edit(name, version)])
        memory.builder.reconcile()
        memory.pass_time(60)

    def deliver(self, provider: str, request: Request) -> str:
        """Put a delivery into the inbox and return its id. No worker is called: only the sweeper
        finds it."""
        key = providers.load_webhook(provider).delivery_key(request)
        request = replace(request, received_at=self._memory.clock.now)
        delivery = Delivery(provider, key, request)
        self._memory.deliveries.keep(delivery)
        return delivery.id

    def sweep(self) -> None:
        """Run the ingest sweeper once, within the worker's time limit; five minutes pass."""
        clock = self._memory.clock
        start = clock.now
        self._kill_at = start + self.TIME_LIMIT
        with suppress(Crash):
            self._memory.ingest.sweep(start + 100)
        clock.now = start + 300

    def attempts(self, delivery_id: str) -> int:
        """Return how many attempts the delivery's row counts."""
        row = self._memory.deliveries.read(delivery_id)
        return row.delivery.attempts if row else 0

    def stored_titles(self) -> set[str]:
        """Return the titles of all stored items."""
        return {title for _, title in self._memory.stored.values()}

    # -- builds and releases --

    @property
    def building(self) -> str | None:
        """The attempt that is being built; also the folder of its release."""
        running = self._memory.builds.running
        return running[0].order.attempt if running else None

    @property
    def live(self) -> str | None:
        """The release that visitors see."""
        return self._memory.pointer.value

    def plant(self, key: str, body: bytes) -> None:
        """Put an object into the site's bucket, as code in a build can: never over another one."""
        self._memory.pages.files.setdefault(key, (body, self._memory.clock.now))

    def finish_build(
        self, manifest: bytes | None = None, files: Mapping[str, bytes] | None = None
    ) -> None:
        """End the running build with success, and let the builder reconcile.

        `files` are published besides the pages, by key. `manifest` replaces the build's own
        `release.json`. Errors of the builder are raised.
        """
        memory, attempt = self._memory, self.building
        assert attempt is not None, "no build is running"
        memory.builds.succeed(memory.builds.running[0])
        key = f"releases/{attempt}/release.json"
        document = json.loads(memory.pages.files[key][0])
        for name, body in (files or {}).items():
            self.plant(name, body)
            document["files"][name] = {"key": name, "size": len(body)}
        text = json.dumps(document).encode() if manifest is None else manifest
        memory.pages.files[key] = (text, memory.clock.now)
        memory.builder.reconcile(news=True)

    def pass_day(self, builds_succeed: bool = True) -> list[str]:
        """Pass a day of sweeps with honest builds; return the names of errors that workers
        raised."""
        memory, errors = self._memory, []
        steps: list[Callable[[], object]] = [partial(memory.pass_time, 3600), self._sweep_builder]
        for _ in range(24):
            for step in [*steps, memory.finish_builds] if builds_succeed else steps:
                try:
                    step()
                except (LookupError, TypeError, ValueError, AttributeError) as error:
                    errors.append(type(error).__name__)
        return errors

    def _sweep_builder(self) -> None:
        self._memory.builder.sweep(self._memory.clock.now + 100)

    def titles(self) -> set[str]:
        """Return the titles of the articles that visitors see."""
        return set(self._memory.visible.values())

    def served(self, key: str) -> bytes | None:
        """Return the bytes that visitors get for an asset or a file of the live release."""
        path = key if key.startswith("assets/") else f"releases/{self.live}/{key}"
        stored = self._memory.pages.files.get(path)
        return stored[0] if stored else None


# --- the embedded cloud ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cloud:
    """A running embedded cloud."""

    port: int
    state_dir: Path
    client: Callable[[str], Any]
    """Name of an AWS service -> boto3 client with the rights of the command line."""
    process: EmbeddedCloud

    def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a plain request to the AWS port; return status, headers (lower case) and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body or None, dict(headers))
            response = connection.getresponse()
            lower = {name.lower(): value for name, value in response.getheaders()}
            return response.status, lower, response.read()
        finally:
            connection.close()

    def serve_site(self, client_id: str, release: str, files: Mapping[str, bytes]) -> str:
        """Publish files by key, make a release live, and return the site's address."""
        bucket = f"{client_id}-site"
        self.client("s3").create_bucket(Bucket=bucket)
        for key, body in files.items():
            self.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        pointers = self.client("cloudfront-keyvaluestore")
        store = self.client("cloudfront").create_key_value_store(Name=client_id)
        arn = store["KeyValueStore"]["ARN"]
        tag = pointers.describe_key_value_store(KvsARN=arn)["ETag"]
        pointers.put_key(KvsARN=arn, Key="live", Value=release, IfMatch=tag)
        facts = {"site_bucket": bucket, "pointer_store_arn": arn, "api_id": ""}
        return self.process.register(client_id, "prod", **facts).site_url

    def run_build(
        self,
        commands: Sequence[str],
        timeout: float = 60,
        variables: Mapping[str, str] | None = None,
    ) -> list[str]:
        """Run commands as a build on this machine and return the lines of its log."""
        name = f"project-{uuid.uuid4().hex[:8]}"
        spec = {"version": "0.2", "phases": {"build": {"commands": list(commands)}}}
        builds = self.client("codebuild")
        builds.create_project(
            name=name,
            source={"type": "NO_SOURCE", "buildspec": json.dumps(spec)},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "ARM_CONTAINER",
                "image": "any",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": [
                    {"name": key, "value": value} for key, value in (variables or {}).items()
                ],
            },
            serviceRole="arn:aws:iam::000000000000:role/any",
        )
        build_id = builds.start_build(projectName=name)["build"]["id"]
        deadline = time.monotonic() + timeout
        build = builds.batch_get_builds(ids=[build_id])["builds"][0]
        while not build["buildComplete"]:
            assert time.monotonic() < deadline, "the build does not end"
            time.sleep(0.05)
            build = builds.batch_get_builds(ids=[build_id])["builds"][0]
        log = self.client("logs").get_log_events(
            logGroupName=build["logs"]["groupName"],
            logStreamName=build["logs"]["streamName"],
            startFromHead=True,
        )
        return [event["message"] for event in log["events"]]


@contextmanager
def cloud(state_dir: Path) -> Iterator[Cloud]:
    """Run an embedded cloud with this state folder until the block ends."""
    with local.running_cloud(state_dir) as (process, client):
        port = int(process.ensure_running().aws_endpoint.rpartition(":")[2])
        yield Cloud(port, state_dir, client, process)


def missing_sandbox() -> str | None:
    """Return the reason why builds are not isolated on this machine; None where they are."""
    if find_sandbox().kind is SandboxKind.NONE:
        return "this machine has neither bwrap nor unshare with user namespaces"
    return None


# --- site builds -------------------------------------------------------------------------------


def site_feed(
    items: Iterable[Mapping[str, Any]],
    site_name: str,
    buy: Callable[[str, bool], Mapping[str, Any]] | None = None,
    scripts: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the feed that a build reads, made of items in the form of the generic provider.

    `buy` gets the id of a product and whether a variant is meant, and returns fields of `Buy`.
    """
    settings = GenericSettings()
    stored = [generic_item.build_item(dict(item), settings) for item in items]
    address = "acme.example"
    facts = content_feed.SiteFacts(
        "acme", "prod", site_name, address, f"https://{address}", f"a@{address}"
    )
    shop = content_feed.Shop()
    if buy:
        front = Storefront(tuple(scripts))
        shop = content_feed.Shop(lambda item, variant: Buy(**buy(item.id, bool(variant))), (front,))
    now = datetime(2026, 11, 25, tzinfo=UTC)
    document: dict[str, Any] = json.loads(
        b"".join(content_feed.build_feed(stored, facts, now=now, shop=shop).chunks(1, now))
    )
    return document


def missing_engine(engine: str) -> str | None:
    """Return the reason why this engine cannot build on this machine; None where it can."""
    return sites.missing(engine)


def build_site(engine: str, document: Mapping[str, Any], folder: Path, cache: Path) -> Path:
    """Build a feed with an engine's starter in a new folder; return the folder of the pages.

    `cache` keeps the engine's packages. Raises `SiteBuildFailed` with the output. A feed without
    the facts that 0.2 computes, such as the pages of tags, gets them.
    """
    feed = copy.deepcopy(dict(document))
    complete = feed if "tags" in feed else feeds.complete(feed)
    return sites.build(engines.load_engine(engine), complete, folder, cache).root


def detect_site(files: Mapping[str, bytes], root: str = "") -> dict[str, tuple[object, str]]:
    """Return the facts that a site's files show: fact to its value and the file that shows it."""
    detected = detection.detect_site(files.get, root=root)
    values = ((field.name, getattr(detected, field.name)) for field in fields(detected))
    return {
        name: (value.value, value.evidence)
        for name, value in values
        if isinstance(value, engines.Fact)
    }


def site_buildspec(
    engine: str, files: Mapping[str, bytes], settings: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the buildspec of a site with these files; `settings` are those below `site:`."""
    site = SiteConfig.model_validate(settings or {})
    detected = detection.detect_site(
        files.get, root=site.root, engine=engine, package_manager=site.package_manager
    )
    return dict(engines.tailor_engine(engines.load_engine(engine), site, detected).buildspec())


@dataclass(frozen=True)
class AdoptedSite:
    """The result of `platform adopt`."""

    code: int
    data: dict[str, Any]
    """Empty if the site was refused."""
    findings: list[Finding]
    client_file: str
    """The text of the client's file; empty if there is none."""
    printed: str
    """Everything that was printed, to look for secrets."""


def adopt_site(source: str, folder: Path, client_id: str = "acme", *options: str) -> AdoptedSite:
    """Adopt a site into a workspace, which is created below `folder` if it is missing."""
    (folder / "clients").mkdir(parents=True, exist_ok=True)
    out, err = io.StringIO(), io.StringIO()
    words = ("adopt", source, client_id, *options, "--json", "--workspace", str(folder))
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.run(words)
    answer = json.loads(out.getvalue())
    problems = answer.get("error", {}).get("findings", [])
    file = folder / "clients" / f"{client_id}.yaml"
    return AdoptedSite(
        int(code),
        answer.get("data", {}),
        [Finding("", problem["message"], problem["hint"]) for problem in problems],
        file.read_text("utf-8") if file.is_file() else "",
        out.getvalue() + err.getvalue(),
    )


def site_pages(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the addresses of all pages that a site of this feed has."""
    return sites.addresses(dict(document))


def page_address(page: Mapping[str, Any]) -> str:
    """Return the address of one entry of the feed's `pages`."""
    return sites.page_address(dict(page))


SiteBuildFailed = sites.BuildFailed


def run_npm_tool(folder: Path, script: str, text: str) -> str:
    """Run a script with `text` on stdin. Installs the packages that the folder locks, once."""
    if not (folder / "node_modules").is_dir():
        installed = run_npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder=folder)
        if installed.returncode != 0:
            raise RuntimeError(installed.stderr)
    process = subprocess.run(
        [find_node().node, folder / script], input=text, capture_output=True, text=True, check=True
    )
    return process.stdout
