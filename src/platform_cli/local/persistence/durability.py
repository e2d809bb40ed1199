"""Combine journal and snapshots: an acknowledged change survives a crash at any moment.

A change of stored data is journaled before its call is answered. A change of configuration, such as
a stack, is covered by the next snapshot.
"""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field
from shutil import disk_usage

from platform_cli.local.emulator.client import Emulator
from platform_cli.local.persistence.journal import Journal, JournalWriteFailed
from platform_cli.local.persistence.recorder import Recorder, replay_call
from platform_cli.local.persistence.snapshots import SnapshotFailed, SnapshotStore

log = logging.getLogger("platform.durability")
QUIET_SECONDS = 2.0
"""A configuration change is saved once no other change has followed for this long."""
RETRY_SECONDS = 20.0
"""Delay after a failed snapshot."""
MAX_JOURNALED_CALLS = 5000
"""A longer journal causes a snapshot."""
MIN_FREE_BYTES = 32 * 2**20
"""Space needed to start a function or to save. With less, `trouble` reports a full disk."""
WAIT_FOR_STACKS_SECONDS = 30.0
PRECONDITION_FAILED = 412
"""Status of a replayed conditional put whose object is already stored. Not an error."""


@dataclass(slots=True)
class Durability:
    """Restores state at start-up and saves it after changes and on demand."""

    emulator: Emulator
    journal: Journal
    snapshots: SnapshotStore
    snapshot_number: int
    """Number of the last journal record that the newest snapshot contains."""
    recorder: Recorder = field(init=False)
    _failure: str = ""
    """Reason for the last failed snapshot, or an empty string."""
    _retry_at: float = 0.0
    _last_change: float | None = None
    _stopped_mid_stack: bool = False
    _snapshot_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _save_task: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.emulator, self.journal, self._note_change)

    async def start(self) -> None:
        """Replay the calls that are newer than the snapshot, then start watching for changes."""
        replayed_count = refused_count = 0
        for entry in self.journal.read_after(self.snapshot_number):
            response = await replay_call(self.emulator, entry)
            replayed_count += 1
            if not response.ok and response.status != PRECONDITION_FAILED:
                refused_count += 1
                log.info("replay of %s %s failed: %s", entry.method, entry.path, response.status)
        if replayed_count:
            log.warning("replayed %d journaled calls (%d rejected)", replayed_count, refused_count)
            self._note_change()
        self._save_task = asyncio.create_task(self._save_when_due())

    @property
    def trouble(self) -> str:
        """Reason why the state cannot be saved, or an empty string."""
        return self.journal.trouble or self._failure or self._describe_full_disk()

    async def save_snapshot(self) -> None:
        """Save the whole state now. Waits a limited time for stack operations in progress."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_FOR_STACKS_SECONDS):
                while await self._stack_in_progress():
                    await asyncio.sleep(0.2)
        await self._write_snapshot()

    async def prepare_to_stop(self) -> None:
        """Stop watching and finish journal writes before the emulator saves for the last time."""
        if self._save_task:
            self._save_task.cancel()
            await asyncio.wait([self._save_task])
        self._stopped_mid_stack = await self._stack_in_progress()
        await self.journal.wait_until_idle()
        self.snapshots.clear_save_errors()

    async def publish_final_snapshot(self) -> None:
        """Publish the state that the emulator saved at shutdown.

        It is skipped if a stack operation was in progress or the save is incomplete. The journal
        and the previous snapshot then restore a consistent state.
        """
        if not self._stopped_mid_stack:
            try:
                number = self.journal.rotate()
                await asyncio.to_thread(self.snapshots.publish, number)
            except (SnapshotFailed, OSError) as error:
                log.warning("no final snapshot, the journal has all changes: %s", error)
            else:
                self.journal.drop_through(number)

    def _describe_full_disk(self) -> str:
        free_bytes = disk_usage(self.snapshots.folder).free
        return (
            ""
            if free_bytes >= MIN_FREE_BYTES
            else f"only {free_bytes // 2**20} MB are left on the disk of the state folder"
        )

    def _note_change(self) -> None:
        self._last_change = time.monotonic()

    async def _save_when_due(self) -> None:
        while True:
            await asyncio.sleep(QUIET_SECONDS)
            with contextlib.suppress(JournalWriteFailed):
                await self.journal.retry_unwritten()
            # A snapshot of a half-created stack could not be continued after a restart.
            if self._snapshot_is_due(time.monotonic()) and not await self._stack_in_progress():
                with contextlib.suppress(SnapshotFailed):
                    await self._write_snapshot()

    def _snapshot_is_due(self, now: float) -> bool:
        """Return whether to save now. A failed save is retried later: it blocks writes."""
        changes_settled = self._last_change is not None and now - self._last_change > QUIET_SECONDS
        journal_is_long = self.journal.last_number - self.snapshot_number > MAX_JOURNALED_CALLS
        return now >= self._retry_at and bool(changes_settled or journal_is_long or self._failure)

    async def _write_snapshot(self) -> None:
        """Save now. Raises `SnapshotFailed` and keeps the reason for `trouble`."""
        try:
            await self._save_and_publish()
        except (SnapshotFailed, OSError) as error:
            if str(error) != self._failure:
                log.warning("snapshot failed: %s", error)
            self._failure = str(error)
            self._retry_at = time.monotonic() + RETRY_SECONDS
            raise SnapshotFailed(self._failure) from error
        self._failure = ""

    async def _save_and_publish(self) -> None:
        async with self._snapshot_lock:
            async with self.recorder.pause_writes():
                # No call can change data here, so the rotated journal and the saved state match.
                last_change = self._last_change
                number = self.journal.rotate()
                await self.snapshots.save(self.emulator.app)
            # Records are dropped only after the snapshot that replaces them is on disk.
            await asyncio.to_thread(self.snapshots.publish, number)
            self.journal.drop_through(number)
            self.snapshot_number = number
            # A change that arrived during the save is not in it and needs the next one.
            if self._last_change == last_change:
                self._last_change = None

    async def _stack_in_progress(self) -> bool:
        response = await self.emulator.call(
            "cloudformation",
            "POST",
            "/",
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=b"Action=ListStacks&Version=2010-05-15",
        )
        return b"_IN_PROGRESS</StackStatus>" in response.body
