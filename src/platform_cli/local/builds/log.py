"""Carries a build's output to the emulator's CloudWatch Logs, where `platform logs` reads it."""

import asyncio
import contextlib
import logging
import time

from platform_cli.local.emulator.client import Emulator, Refused

FLUSH_SECONDS = 0.25
LINES = 100
LINE_CHARACTERS = 2_000
"""A batch stays below the megabyte that the API takes, whatever the lines hold."""
log = logging.getLogger("platform.builds")


class BuildLog:
    """One stream. Lines go out in batches, so that a chatty build costs few calls."""

    def __init__(self, emulator: Emulator, group: str, stream: str) -> None:
        self.emulator = emulator
        self.names = {"logGroupName": group, "logStreamName": stream}
        self._waiting: list[dict[str, object]] = []

    async def open(self) -> None:
        """Create group and stream unless they are there."""
        group = {"logGroupName": self.names["logGroupName"]}
        for call, names in (("CreateLogGroup", group), ("CreateLogStream", self.names)):
            with contextlib.suppress(Refused):
                await self.emulator.json("logs", f"Logs_20140328.{call}", names)

    def line(self, text: str) -> None:
        """Take one line; it is sent a little later."""
        message = text[:LINE_CHARACTERS] or " "
        self._waiting.append({"timestamp": int(time.time() * 1000), "message": message})

    async def keep_flushing(self) -> None:
        """Send what waits, again and again, until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Send what waits. A log that cannot be kept stops no build."""
        while self._waiting:
            batch, self._waiting = self._waiting[:LINES], self._waiting[LINES:]
            try:
                await self.emulator.json(
                    "logs", "Logs_20140328.PutLogEvents", {**self.names, "logEvents": batch}
                )
            except Refused as reason:
                log.warning("a build's log has a gap: %s", reason)
