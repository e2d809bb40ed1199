"""Journal and snapshots together: nothing that was acknowledged is lost, whatever kills us."""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field
from shutil import disk_usage

from platform_cli.local.emulator.client import Emulator
from platform_cli.local.persistence.journal import Journal, NotWritten
from platform_cli.local.persistence.recorder import Recorder, replay
from platform_cli.local.persistence.snapshots import SnapshotFailed, Snapshots

log = logging.getLogger("platform.durability")
QUIET_SECONDS = 2.0
"""A change of configuration is saved after this long without another."""
AGAIN_SECONDS = 20.0
"""After a snapshot that failed."""
RECORDS = 5000
"""So many journaled calls make a snapshot worth its while."""
ROOM = 32 * 2**20
"""Bytes that it takes to start a function, or to save: with less, somebody should know."""
WAIT_FOR_STACKS_SECONDS = 30.0
PRECONDITION_FAILED = 412
"""Of a put that wants nothing there: the object outlived us on its own."""


@dataclass(slots=True)
class Durability:
    """Restores at the start, saves when something changed, and on demand."""

    emulator: Emulator
    journal: Journal
    snapshots: Snapshots
    saved: int
    """The last journal number that the newest snapshot contains."""
    recorder: Recorder = field(init=False)
    _failure: str = ""
    """Why the last snapshot failed; empty where there is one."""
    _not_before: float = 0.0
    _noticed: float | None = None
    _moving: bool = False
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _keeper: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.emulator, self.journal, self._notice)

    async def open(self) -> None:
        """Play what the snapshot lacks, then watch."""
        played = refused = 0
        for entry in self.journal.after(self.saved):
            reply = await replay(self.emulator, entry)
            played += 1
            if not reply.ok and reply.status != PRECONDITION_FAILED:
                refused += 1
                log.info("replay of %s %s: %s", entry.method, entry.path, reply.status)
        if played:
            log.warning("played %d journaled calls again (%d refused)", played, refused)
            self._notice()
        self._keeper = asyncio.create_task(self._keep())

    @property
    def trouble(self) -> str:
        """What keeps this cloud from saving, if anything does."""
        return self.journal.trouble or self._failure or self._room()

    async def snapshot(self) -> None:
        """Save everything now; a stack on its way gets some time to arrive first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_FOR_STACKS_SECONDS):
                while await self._stacks_move():
                    await asyncio.sleep(0.2)
        await self._snapshot()

    async def pause(self) -> None:
        """Stop watching: the emulator is about to save for the last time."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        self._moving = await self._stacks_move()
        await self.journal.settled()
        self.snapshots.listen()

    async def close(self) -> None:
        """Keep the emulator's own last save, unless it shows a stack half way or is not whole."""
        if not self._moving:
            try:
                number = self.journal.rotate()
                await asyncio.to_thread(self.snapshots.publish, number)
            except (SnapshotFailed, OSError) as reason:
                log.warning("no snapshot at the end, the journal has it all: %s", reason)
            else:
                self.journal.drop(number)

    def _room(self) -> str:
        left = disk_usage(self.snapshots.folder).free
        return "" if left >= ROOM else f"{left // 2**20} MB are left on the disk of its state"

    def _notice(self) -> None:
        self._noticed = time.monotonic()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(QUIET_SECONDS)
            with contextlib.suppress(NotWritten):
                await self.journal.caught_up()
            if self._is_due(time.monotonic()) and not await self._stacks_move():
                with contextlib.suppress(SnapshotFailed):
                    await self._snapshot()

    def _is_due(self, now: float) -> bool:
        """A failed one is not tried again at once: while it saves, everybody waits."""
        quiet = self._noticed is not None and now - self._noticed > QUIET_SECONDS
        many = self.journal.last - self.saved > RECORDS
        return now >= self._not_before and bool(quiet or many or self._failure)

    async def _snapshot(self) -> None:
        """Save now. Raises `SnapshotFailed`; `trouble` then says it to whoever asks."""
        try:
            await self._save()
        except (SnapshotFailed, OSError) as reason:
            if str(reason) != self._failure:
                log.warning("no snapshot now: %s", reason)
            self._failure = str(reason)
            self._not_before = time.monotonic() + AGAIN_SECONDS
            raise SnapshotFailed(self._failure) from reason
        self._failure = ""

    async def _save(self) -> None:
        async with self._one:
            async with self.recorder.quiet():
                noticed = self._noticed
                number = self.journal.rotate()
                await self.snapshots.save(self.emulator.app)
            await asyncio.to_thread(self.snapshots.publish, number)
            self.journal.drop(number)
            self.saved = number
            if self._noticed == noticed:
                self._noticed = None

    async def _stacks_move(self) -> bool:
        reply = await self.emulator.call(
            "cloudformation",
            "POST",
            "/",
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=b"Action=ListStacks&Version=2010-05-15",
        )
        return b"_IN_PROGRESS</StackStatus>" in reply.body
