"""Whole states of the emulator, each in a folder that appears in one step.

The emulator's only public way to save is the end of its ASGI lifespan, which leaves it running;
so a snapshot plays that end to it while no store changes. Its files are then linked into a folder
named after the last journal number that they contain. A start restores the newest folder and
plays the later records.
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

_TRIES = 5


class SnapshotFailed(Exception):
    """The emulator could not save itself."""


class _Complaints(logging.Handler):
    """The emulator logs what it cannot save, and goes on."""

    def __init__(self, logger: str, words: str) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []
        self._words = words
        logging.getLogger(logger).addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or self._words in record.msg:
            self.heard.append(record.getMessage())


@dataclass(slots=True)
class Snapshots:
    """`folder` holds the snapshots, `state` is where the emulator saves and loads."""

    folder: Path
    state: Path
    _services: _Complaints = field(default_factory=lambda: _Complaints("persistence", "failed to"))
    _objects: _Complaints = field(default_factory=lambda: _Complaints("s3", "Failed to persist"))

    def restore(self) -> int:
        """Lay the newest snapshot where the emulator looks; returns its journal number."""
        shutil.rmtree(self.state, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._drop_drafts()
        if not (newest := max(self.folder.iterdir(), default=None)):
            self.state.mkdir(parents=True)
            return 0
        shutil.copytree(newest, self.state, copy_function=os.link)
        _forget_stream_positions(self.state / "lambda.json")
        return int(newest.name.partition("-")[0])

    async def save(self, app: App) -> None:
        """Have the emulator write its state. Nothing may change a store meanwhile."""
        for _ in range(_TRIES):
            self.listen()
            if self._objects.heard:
                break
            await _play_end(app)
            if not self._services.heard:
                return
            await asyncio.sleep(0.2)
        raise SnapshotFailed(self._lacking())

    def listen(self) -> None:
        """The emulator is about to save: from now on it counts what it could not."""
        self._services.heard.clear()

    def publish(self, number: int) -> None:
        """Keep what was saved as the newest snapshot, durably, and drop the older ones.

        Raises `SnapshotFailed` where something is in memory only: the journal still has it.
        """
        if lacking := self._lacking():
            raise SnapshotFailed(lacking)
        self._drop_drafts()
        older = sorted(self.folder.iterdir())
        turn = int(older[-1].name.partition("-")[2]) + 1 if older else 1
        whole = self.folder / f"{number:016d}-{turn:08d}"
        draft = whole.with_suffix(".new")
        shutil.copytree(self.state, draft, copy_function=os.link)
        os.sync()
        draft.rename(whole)
        sync_folder(self.folder)
        for old in older:
            shutil.rmtree(old)

    def _lacking(self) -> str:
        """What is in memory only. An object stays so until a start has played the journal."""
        if self._objects.heard:
            return f"{self._objects.heard[0]}; once there is room, stop it and start it again"
        return "; ".join(self._services.heard)

    def _drop_drafts(self) -> None:
        for half in self.folder.glob("*.new"):
            shutil.rmtree(half)


async def _play_end(app: App) -> None:
    messages = [{"type": "lifespan.shutdown"}]

    async def receive() -> Message:
        return messages.pop()

    async def send(_: Message) -> None: ...

    await app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)


def _forget_stream_positions(file: Path) -> None:
    """Streams begin anew with each life of the emulator, so a kept position would skip as many
    records as it counts: the trigger would look dead."""
    if not file.exists():
        return
    state = json.loads(file.read_text())
    state["payload"].pop("dynamodb_stream_positions", None)
    file.unlink()  # it is a link into the snapshot
    file.write_text(json.dumps(state))
