"""Runs one build: fetches the source, runs the phases, keeps the caches, tells how it went."""

import asyncio
import contextlib
import io
import json
import os
import shutil
import sys
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from platform_cli.local.addresses import ACCOUNT, REGION
from platform_cli.local.builds import record as record_of
from platform_cli.local.builds.buildspec import (
    Buildspec,
    BuildspecInvalid,
    parse,
)
from platform_cli.local.builds.leftovers import MARK, end_all
from platform_cli.local.builds.log import BuildLog
from platform_cli.local.builds.record import Record
from platform_cli.local.emulator.client import Emulator

Outcome = tuple[str, str]
"""How a build ended: a status of CodeBuild, and why."""
DRAIN_SECONDS = 1.0
"""How long to read on: a process that left the build's group may hold its output open for ever."""
_AGENT = Path(__file__).with_name("build_agent.py")


class SourceMissing(Exception):
    """The build's source cannot be had."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every build on this machine shares."""

    emulator: Emulator
    folder: Path
    """`<project>/` below it holds the records, the caches and the running build's files."""
    endpoint: str
    network: dict[str, str]
    """Proxies and registries of the person who started the server."""
    npm_cache: Path


class BuildRun:
    """One build on its way from QUEUED to its end."""

    def __init__(
        self, record: Record, around: Surroundings, changed: Callable[[Record], None]
    ) -> None:
        self.record = record
        self.around = around
        self.changed = changed
        self.stopped_as = ("STOPPED", "the build was stopped")
        project = around.folder / record["projectName"]
        self.place = project / "runs" / record["id"].partition(":")[2]
        self.source = self.place / "src"
        self.home = self.place / "home"
        self.caches = project / "caches"
        logs = record["logs"]
        self.log = BuildLog(around.emulator, logs["groupName"], logs["streamName"])

    async def run(self) -> Outcome:
        """Run to the end. Cancelling it stops the build, its whole process tree included."""
        await self.log.open()
        flushing = asyncio.create_task(self.log.keep_flushing())
        try:
            outcome = await self._outcome()
            status, reason = outcome
            self.log.line(f"[Container] Build {status}" + (f": {reason}" if reason else ""))
            return outcome
        finally:
            flushing.cancel()
            await asyncio.to_thread(self.clear)
            await self.log.flush()

    async def _outcome(self) -> Outcome:
        try:
            async with asyncio.timeout(float(self.record["timeoutInMinutes"]) * 60):
                return await self._phases()
        except TimeoutError:
            return "TIMED_OUT", "the build ran into its timeout"
        except (SourceMissing, BuildspecInvalid) as error:
            return "FAILED", str(error)
        except asyncio.CancelledError:
            return self.stopped_as

    async def _phases(self) -> Outcome:
        self._enter("PROVISIONING")
        for folder in (self.source, self.home, self.place / "tmp"):
            folder.mkdir(parents=True)
        self._enter("DOWNLOAD_SOURCE")
        await self._fetch()
        spec = self._buildspec()
        self._take_caches(spec)
        code = await self._execute(spec)
        if code:
            return "FAILED", f"exit status {code}"
        if "phaseStatus" not in self.record["phases"][-1]:
            return "FAILED", "a command left the shell before the end of its phase"
        self._enter("UPLOAD_ARTIFACTS")
        self._enter("FINALIZING")
        return "SUCCEEDED", ""

    async def _fetch(self) -> None:
        source = self.record["source"]
        kind = source.get("type", "NO_SOURCE")
        if kind == "NO_SOURCE":
            return
        if kind != "S3":
            raise SourceMissing(f"this machine builds from uploaded sources, not from {kind}")
        bucket, _, key = source["location"].partition("/")
        reply = await self.around.emulator.object(bucket, key)
        if not reply.ok:
            raise SourceMissing(f"no source at s3://{bucket}/{key}")
        await asyncio.to_thread(unpacked, reply.body, self.source)

    def _buildspec(self) -> Buildspec:
        given = self.record["source"].get("buildspec") or "buildspec.yml"
        if "\n" in given or given.lstrip().startswith("{"):
            return parse(given)
        file = self.source / given
        if not file.resolve().is_relative_to(self.source.resolve()) or not file.is_file():
            raise BuildspecInvalid(f"the source has no {given}")
        return parse(file.read_text())

    # --- the process ------------------------------------------------------------------------

    async def _execute(self, spec: Buildspec) -> int:
        script = self.place / "build.sh"
        script.write_text(spec.script())
        shell = shutil.which(spec.shell, path=self._path()) or "/bin/sh"
        (events, told), (output, said) = os.pipe(), os.pipe()
        try:
            agent = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(_AGENT), shell, str(script), str(told)),
                stdin=asyncio.subprocess.PIPE,
                stdout=said,
                stderr=said,
                cwd=self.source,
                env=self._environment(spec),
                pass_fds=(told,),
            )
        finally:
            os.close(told)
            os.close(said)
        reading = asyncio.gather(self._read_output(output), self._read_events(events))
        try:
            code = await agent.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reading, DRAIN_SECONDS)
            return code
        finally:
            reading.cancel()
            await _leave(agent)

    async def _read_output(self, pipe: int) -> None:
        async with _reader(pipe) as reader:
            rest = b""
            while chunk := await reader.read(65536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self.log.line(line.decode(errors="replace").rstrip("\r"))
            if rest:
                self.log.line(rest.decode(errors="replace"))

    async def _read_events(self, pipe: int) -> None:
        async with _reader(pipe) as reader:
            while line := (await reader.readline()).decode():
                match line.split():
                    case ["begin", phase]:
                        record_of.begin(self.record, phase)
                        self.changed(self.record)
                    case ["end", _, status, *reason]:
                        record_of.end(self.record, status, " ".join(reason))

    def _environment(self, spec: Buildspec) -> dict[str, str]:
        given = self.record["environment"]["environmentVariables"]
        if secret := next(
            (v["name"] for v in given if v.get("type", "PLAINTEXT") != "PLAINTEXT"), ""
        ):
            raise BuildspecInvalid(f"a build gets no secret: variable {secret} is not plain text")
        return {
            **self.around.network,
            "LANG": "C.UTF-8",
            "CI": "true",
            "DO_NOT_TRACK": "1",
            "PYTHONNOUSERSITE": "1",
            "PATH": self._path(),
            "HOME": str(self.home),
            "TMPDIR": str(self.place / "tmp"),
            "npm_config_cache": str(self.around.npm_cache),
            "npm_config_update_notifier": "false",
            "AWS_ENDPOINT_URL": self.around.endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            MARK: self.record["id"],
            "CODEBUILD_BUILD_ARN": self.record["arn"],
            "CODEBUILD_BUILD_NUMBER": str(self.record["buildNumber"]),
            "CODEBUILD_SRC_DIR": str(self.source),
            **spec.variables,
            **{variable["name"]: variable["value"] for variable in given},
        }

    @staticmethod
    def _path() -> str:
        """This installation's own python3, node and generators come first."""
        return os.pathsep.join(
            [str(Path(sys.executable).parent), os.environ.get("PATH", "/usr/bin:/bin")]
        )

    # --- caches -----------------------------------------------------------------------------

    def _take_caches(self, spec: Buildspec) -> None:
        (self.place / "cached.json").write_text(json.dumps(spec.cached))
        for folder in spec.cached:
            kept, used = self.caches / folder, self.source / folder
            if kept.exists() and not used.exists():
                used.parent.mkdir(parents=True, exist_ok=True)
                kept.rename(used)

    def _keep_caches(self) -> None:
        """Where the installation succeeded, its result is worth keeping, even of a failed build."""
        phases = {phase["phaseType"]: phase.get("phaseStatus") for phase in self.record["phases"]}
        named = self.place / "cached.json"
        for folder in json.loads(named.read_text()) if named.exists() else ():
            kept, used = self.caches / folder, self.source / folder
            if phases.get("INSTALL") == "SUCCEEDED" and used.is_dir() and not used.is_symlink():
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.rmtree(kept, ignore_errors=True)
                used.rename(kept)

    def clear(self) -> None:
        """Let none of its processes live on; keep the caches, forget the rest."""
        end_all(self.record["id"])
        self._keep_caches()
        shutil.rmtree(self.place, ignore_errors=True)

    # --- the record ---------------------------------------------------------------------------

    def _enter(self, phase: str) -> None:
        self.log.line(f"[Container] Entering phase {phase}")
        record_of.begin(self.record, phase)
        self.changed(self.record)


def unpacked(archive: bytes, folder: Path) -> None:
    """Into the folder and nowhere else, whatever its names say; a link becomes plain text. Raises
    `SourceMissing`."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            for entry in packed.infolist():
                written = Path(packed.extract(entry, folder))
                if mode := entry.external_attr >> 16 & 0o777:
                    written.chmod(mode | 0o600)
    except zipfile.BadZipFile as error:
        raise SourceMissing("the source is no zip archive") from error


@contextlib.asynccontextmanager
async def _reader(pipe: int) -> AsyncIterator[asyncio.StreamReader]:
    """The reading end of a pipe of our own: a subprocess's `PIPE` would make `wait` wait for it."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", buffering=0)
    )
    try:
        yield reader
    finally:
        transport.close()


async def _leave(agent: asyncio.subprocess.Process) -> None:
    """Close the lifeline: the agent takes the build's process group down and goes."""
    if agent.stdin:
        agent.stdin.close()
    try:
        await asyncio.wait_for(agent.wait(), 5)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            agent.kill()
        await agent.wait()
