"""Send a build's output to the emulator's CloudWatch Logs, where `platform logs` reads it."""

import asyncio
import contextlib
import logging
import time

from platform_cli.local.emulator.client import Emulator, EmulatorError

FLUSH_SECONDS = 0.25
BATCH_LINES = 100
MAX_LINE_CHARACTERS = 2_000
"""Keeps a batch below the API's limit of one megabyte, however long the lines are."""
log = logging.getLogger("platform.builds")


class BuildLog:
    """One log stream. Lines are sent in batches to limit the number of API calls."""

    def __init__(self, emulator: Emulator, group: str, stream: str) -> None:
        self.emulator = emulator
        self.names = {"logGroupName": group, "logStreamName": stream}
        self._pending: list[dict[str, object]] = []
        self._masked: set[str] = set()

    async def create_stream(self) -> None:
        """Create the log group and stream if they do not exist."""
        group = {"logGroupName": self.names["logGroupName"]}
        for action, names in (("CreateLogGroup", group), ("CreateLogStream", self.names)):
            with contextlib.suppress(EmulatorError):
                # Both may exist already, for example after a restart during the build.
                await self.emulator.call_json("logs", f"Logs_20140328.{action}", names)

    def mask(self, secret: str) -> None:
        """Show `***` in place of a secret from now on, as CodeBuild does, line by line."""
        self._masked |= {line for line in secret.splitlines() if line}

    def add_line(self, text: str) -> None:
        """Queue one line for the next flush."""
        for secret in sorted(self._masked, key=len, reverse=True):
            text = text.replace(secret, "***")
        message = text[:MAX_LINE_CHARACTERS] or " "
        self._pending.append({"timestamp": int(time.time() * 1000), "message": message})

    async def flush_periodically(self) -> None:
        """Send queued lines at a fixed interval until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Send all queued lines. A logging failure is reported and never stops the build."""
        while self._pending:
            batch, self._pending = self._pending[:BATCH_LINES], self._pending[BATCH_LINES:]
            try:
                await self.emulator.call_json(
                    "logs", "Logs_20140328.PutLogEvents", {**self.names, "logEvents": batch}
                )
            except EmulatorError as error:
                log.warning("lines of a build log are lost: %s", error)
