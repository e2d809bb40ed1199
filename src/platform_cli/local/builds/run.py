"""Run one build: download the source, run the phases, save the caches and report the outcome."""

import asyncio
import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from platform_cli.local.access.build_role import BuildRole
from platform_cli.local.access.grants import KeyRing
from platform_cli.local.addresses import REGION, VENDOR_PATH
from platform_cli.local.builds.buildspec import Buildspec, BuildspecInvalid, parse_buildspec
from platform_cli.local.builds.caches import ProjectCaches
from platform_cli.local.builds.leftovers import BUILD_ID_VARIABLE, kill_build_processes
from platform_cli.local.builds.log import BuildLog
from platform_cli.local.builds.process import run_agent, search_path
from platform_cli.local.builds.record import BuildRecord, begin_phase, end_phase
from platform_cli.local.builds.sandbox import Sandbox, SandboxFolders, SandboxKind
from platform_cli.local.emulator.client import Emulator, EmulatorError
from platform_core import contract

WITHOUT_SANDBOX = (
    "No sandbox isolates this build: it can read your files and the keys of the embedded cloud. "
    "`platform doctor` says more."
)
Outcome = tuple[str, str]
"""CodeBuild status at the end of a build, and the reason for it."""


class SourceUnavailable(Exception):
    """The build's source cannot be downloaded or unpacked."""


@dataclass(frozen=True, slots=True)
class BuildEnvironment:
    """Settings that all builds on this machine share."""

    emulator: Emulator
    folder: Path
    """Its subfolder `<project>/` holds records, caches and the files of the running build."""
    endpoint: str
    network: dict[str, str]
    """Proxy and registry settings of the user who started the server, without credentials."""
    withheld: tuple[str, ...]
    """Names of the settings that contain credentials, which no build gets."""
    npm_cache: Path
    key_ring: KeyRing
    sandbox: Sandbox


class BuildRun:
    """One build from QUEUED to its end."""

    def __init__(
        self,
        record: BuildRecord,
        environment: BuildEnvironment,
        on_change: Callable[[BuildRecord], None],
    ) -> None:
        self.record = record
        self.environment = environment
        self.on_change = on_change
        self.stop_outcome = ("STOPPED", "the build was stopped")
        project = environment.folder / record["projectName"]
        self.folder = project / "runs" / record["id"].partition(":")[2]
        self.source = self.folder / "src"
        self.home = self.folder / "home"
        self.temporary = self.folder / "tmp"
        self.caches = ProjectCaches(project / "caches")
        logs = record["logs"]
        self.log = BuildLog(environment.emulator, logs["groupName"], logs["streamName"])

    async def run(self) -> Outcome:
        """Run the build to its end. Cancelling stops the build and its whole process tree."""
        await self.log.create_stream()
        flushing = asyncio.create_task(self.log.flush_periodically())
        try:
            status, reason = outcome = await self._run_within_timeout()
            self.log.add_line(f"[Container] Build {status}" + (f": {reason}" if reason else ""))
            return outcome
        finally:
            # Processes are gone before the caches move, and all output is flushed last.
            flushing.cancel()
            await asyncio.to_thread(self.save_caches_and_clean_up)
            await self.log.flush()

    async def _run_within_timeout(self) -> Outcome:
        try:
            async with asyncio.timeout(float(self.record["timeoutInMinutes"]) * 60):
                return await self._run_phases()
        except TimeoutError:
            return "TIMED_OUT", "the build exceeded its timeout"
        except (SourceUnavailable, BuildspecInvalid) as error:
            return "FAILED", str(error)
        except asyncio.CancelledError:
            return self.stop_outcome

    async def _run_phases(self) -> Outcome:
        self._enter_phase("PROVISIONING")
        for folder in (self.source, self.home, self.temporary):
            folder.mkdir(parents=True)
        self._enter_phase("DOWNLOAD_SOURCE")
        await self._download_source()
        spec = self._load_buildspec()
        # In the record, because the server saves the caches even after a restart.
        self.record["cacheFolders"] = list(spec.cache_folders)
        await asyncio.to_thread(self.caches.restore, spec.cache_folders, self.source)
        exit_code = await self._run_script(spec)
        if exit_code:
            return "FAILED", f"exit status {exit_code}"
        # `exit 0` in a command ends the shell with success although later commands did not run.
        if "phaseStatus" not in self.record["phases"][-1]:
            return "FAILED", "a command exited the shell before the end of its phase"
        self._enter_phase("UPLOAD_ARTIFACTS")
        self._enter_phase("FINALIZING")
        return "SUCCEEDED", ""

    async def _download_source(self) -> None:
        source = self.record["source"]
        source_type = source.get("type", "NO_SOURCE")
        if source_type == "NO_SOURCE":
            return
        if source_type != "S3":
            raise SourceUnavailable(f"local builds support S3 sources only, not {source_type}")
        bucket, _, key = source["location"].partition("/")
        response = await self.environment.emulator.get_object(bucket, key)
        if not response.ok:
            raise SourceUnavailable(f"there is no source at s3://{bucket}/{key}")
        await asyncio.to_thread(unpack_source, response.body, self.source)

    def _load_buildspec(self) -> Buildspec:
        location = self.record["source"].get("buildspec") or "buildspec.yml"
        if "\n" in location or location.lstrip().startswith("{"):
            return parse_buildspec(location)
        file = self.source / location
        if not file.resolve().is_relative_to(self.source.resolve()) or not file.is_file():
            raise BuildspecInvalid(f"the source does not contain {location}")
        return parse_buildspec(file.read_text())

    # --- the process ------------------------------------------------------------------------

    async def _run_script(self, spec: Buildspec) -> int:
        """Run the script with a key of this build's own, in the sandbox of this machine."""
        script = self.folder / "build.sh"
        script.write_text(spec.to_script())
        shell = shutil.which(spec.shell, path=search_path()) or "/bin/sh"
        variables = await self._read_variables()
        role = BuildRole.for_build(self.record["id"], variables)
        for name in self.environment.withheld:
            self.log.add_line(f"[Container] {name} is not set here: it contains credentials")
        if self.environment.sandbox.kind is SandboxKind.NONE:
            self.log.add_line(f"[Container] {WITHOUT_SANDBOX}")
        with self.environment.key_ring.issue_build_key(role) as key:
            return await run_agent(
                self.environment.sandbox.wrap([shell, str(script)], self._folders()),
                self.source,
                self._process_environment(spec, variables, key),
                self._read_output,
                self._read_events,
            )

    def _folders(self) -> SandboxFolders:
        """Return the folders of the build. It must not write its script, nor beside its source."""
        files = (Path(value) for value in self.environment.network.values() if value[:1] == "/")
        return SandboxFolders(
            current=self.source,
            writable=(self.source, self.home, self.temporary, self.environment.npm_cache),
            hidden=(self.environment.folder.parent,),
            readable=(self.folder, *files),
        )

    async def _read_output(self, reader: asyncio.StreamReader) -> None:
        partial_line = b""
        while chunk := await reader.read(65536):
            *lines, partial_line = (partial_line + chunk).split(b"\n")
            for line in lines:
                self.log.add_line(line.decode(errors="replace").rstrip("\r"))
        if partial_line:
            self.log.add_line(partial_line.decode(errors="replace"))

    async def _read_events(self, reader: asyncio.StreamReader) -> None:
        while line := (await reader.readline()).decode():
            match line.split():
                case ["begin", phase]:
                    begin_phase(self.record, phase)
                    self.on_change(self.record)
                case ["end", _, status, *reason]:
                    end_phase(self.record, status, " ".join(reason))

    async def _read_variables(self) -> dict[str, str]:
        """Return the variables of the project and of `StartBuild`. Masks secrets in the log.

        Raises `BuildspecInvalid` for a secret of another kind or one that cannot be read.
        """
        values: dict[str, str] = {}
        for variable in self.record["environment"]["environmentVariables"]:
            name, value = variable["name"], variable["value"]
            match variable.get("type", "PLAINTEXT"):
                case "PLAINTEXT":
                    values[name] = value
                case "PARAMETER_STORE":
                    values[name] = await self._read_parameter(name, value)
                case kind:
                    raise BuildspecInvalid(f"a local build has no variables of {kind}: {name}")
        if contract.PROVIDER_API in values:
            # As in `emulator/lambda_hook.py`: the template must not hold the key.
            key = self.environment.key_ring.vendor_key
            self.log.mask(key)
            address = values[contract.PROVIDER_API]
            keyed = f"{VENDOR_PATH}/{key}/"
            values[contract.PROVIDER_API] = address.replace(f"{VENDOR_PATH}/", keyed, 1)
        return values

    async def _read_parameter(self, variable: str, path: str) -> str:
        target = "AmazonSSM.GetParameter"
        request = {"Name": path, "WithDecryption": True}
        try:
            answer = await self.environment.emulator.call_json("ssm", target, request)
        except EmulatorError as error:
            raise BuildspecInvalid(f"{variable}: the parameter {path} cannot be read") from error
        value = str(answer["Parameter"]["Value"])
        self.log.mask(value)
        return value

    def _process_environment(
        self, spec: Buildspec, variables: dict[str, str], key: str
    ) -> dict[str, str]:
        """Return the build's environment. Only the network settings are inherited."""
        return {
            **self.environment.network,
            "LANG": "C.UTF-8",
            "CI": "true",
            "DO_NOT_TRACK": "1",
            "PYTHONNOUSERSITE": "1",
            "PATH": search_path(),
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "npm_config_update_notifier": "false",
            "AWS_ENDPOINT_URL": self.environment.endpoint,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            BUILD_ID_VARIABLE: self.record["id"],
            "CODEBUILD_BUILD_ARN": self.record["arn"],
            "CODEBUILD_BUILD_NUMBER": str(self.record["buildNumber"]),
            "CODEBUILD_SRC_DIR": str(self.source),
            **spec.variables,
            **variables,
            "npm_config_cache": str(self.environment.npm_cache),  # npm checks what it takes from it
        }

    # --- the end ----------------------------------------------------------------------------

    def save_caches_and_clean_up(self) -> None:
        """Kill leftover processes, save the caches and delete the build's folder.

        The caches are saved if INSTALL succeeded, even if a later phase failed.
        """
        kill_build_processes(self.record["id"])
        phases = {phase["phaseType"]: phase.get("phaseStatus") for phase in self.record["phases"]}
        if phases.get("INSTALL") == "SUCCEEDED":
            self.caches.save(self.record.get("cacheFolders", ()), self.source)
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- the record ---------------------------------------------------------------------------

    def _enter_phase(self, phase: str) -> None:
        self.log.add_line(f"[Container] Entering phase {phase}")
        begin_phase(self.record, phase)
        self.on_change(self.record)


def unpack_source(archive: bytes, folder: Path) -> None:
    """Unpack the archive inside the folder. Raises `SourceUnavailable`.

    Entry names cannot lead outside the folder, and symbolic links become plain text files.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as source:
            for entry in source.infolist():
                target = Path(source.extract(entry, folder))
                if mode := entry.external_attr >> 16 & 0o777:
                    # The build and its clean-up must be able to change every file.
                    target.chmod(mode | 0o600)
    except zipfile.BadZipFile as error:
        raise SourceUnavailable("the source is not a zip archive") from error
