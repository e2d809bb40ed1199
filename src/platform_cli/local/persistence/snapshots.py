"""Snapshots of the emulator's whole state, each published atomically as a folder.

The emulator saves its state only at the end of its ASGI lifespan, and keeps running afterwards. A
snapshot therefore sends it a shutdown event while stored data is locked. The saved files are hard-
linked into a folder named after the last journal number they contain. A start restores the newest
folder and replays the later records.
"""

import asyncio
import json
import logging
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from platform_cli.local.persistence.journal import sync_folder
from platform_cli.local.server.asgi import App, Message

_SAVE_ATTEMPTS = 5


class SnapshotFailed(Exception):
    """The emulator could not save its state."""


class _SaveErrors(logging.Handler):
    """Collects log messages about failed saves, because the emulator logs them and continues."""

    def __init__(self, logger: str, phrase: str) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self._phrase = phrase
        logging.getLogger(logger).addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or self._phrase in record.msg:
            self.messages.append(record.getMessage())


@dataclass(slots=True)
class SnapshotStore:
    """`folder` holds the snapshots; the emulator saves to and loads from `emulator_folder`."""

    folder: Path
    emulator_folder: Path
    _service_errors: _SaveErrors = field(
        default_factory=lambda: _SaveErrors("persistence", "failed to")
    )
    _object_errors: _SaveErrors = field(
        default_factory=lambda: _SaveErrors("s3", "Failed to persist")
    )

    def restore(self) -> int:
        """Restore the newest snapshot to the emulator's folder and return its journal number."""
        shutil.rmtree(self.emulator_folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._delete_drafts()
        if not (newest := max(self.folder.iterdir(), default=None)):
            self.emulator_folder.mkdir(parents=True)
            return 0
        shutil.copytree(newest, self.emulator_folder, copy_function=os.link)
        _drop_stream_positions(self.emulator_folder / "lambda.json")
        return int(newest.name.partition("-")[0])

    async def save(self, app: App) -> None:
        """Make the emulator save its state. Stored data must not change meanwhile."""
        for _ in range(_SAVE_ATTEMPTS):
            self.clear_save_errors()
            if self._object_errors.messages:
                break
            await _trigger_save(app)
            if not self._service_errors.messages:
                return
            await asyncio.sleep(0.2)
        raise SnapshotFailed(self._describe_unsaved())

    def clear_save_errors(self) -> None:
        """Forget earlier errors before a new save."""
        self._service_errors.messages.clear()

    def publish(self, number: int) -> None:
        """Publish the saved state durably as the newest snapshot and delete older ones.

        Raises `SnapshotFailed` if some data exists in memory only. The journal still contains it.
        """
        if unsaved := self._describe_unsaved():
            raise SnapshotFailed(unsaved)
        self._delete_drafts()
        older_snapshots = sorted(self.folder.iterdir())
        revision = int(older_snapshots[-1].name.partition("-")[2]) + 1 if older_snapshots else 1
        snapshot = self.folder / f"{number:016d}-{revision:08d}"
        draft = snapshot.with_suffix(".new")
        shutil.copytree(self.emulator_folder, draft, copy_function=os.link)
        # Files and names must be on disk before the rename publishes them. The emulator does
        # not fsync its own files, hence the sync of everything.
        os.sync()
        draft.rename(snapshot)
        sync_folder(self.folder)
        for older in older_snapshots:
            shutil.rmtree(older)

    def _describe_unsaved(self) -> str:
        """Describe data that exists in memory only.

        An object that failed to save stays in memory until a restart replays the journal.
        """
        if self._object_errors.messages:
            return f"{self._object_errors.messages[0]}; free disk space, then restart it"
        return "; ".join(self._service_errors.messages)

    def _delete_drafts(self) -> None:
        for draft in self.folder.glob("*.new"):
            shutil.rmtree(draft)


async def _trigger_save(app: App) -> None:
    """Send a shutdown event to the emulator, which makes it save."""
    messages = [{"type": "lifespan.shutdown"}]

    async def receive() -> Message:
        return messages.pop()

    async def send(_: Message) -> None: ...

    await app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)


def _drop_stream_positions(file: Path) -> None:
    """Remove saved stream positions, because streams restart at zero in each run of the emulator.

    With an old position, a trigger would skip that many records and appear not to work.
    """
    if not file.exists():
        return
    state = json.loads(file.read_text())
    state["payload"].pop("dynamodb_stream_positions", None)
    file.unlink()  # a hard link: writing in place would change the snapshot
    file.write_text(json.dumps(state))
