"""Write files that survive a crash."""

import os
from pathlib import Path


def replace_file(file: Path, data: bytes, mode: int = 0o666) -> None:
    """Replace a file atomically and durably. `mode` is limited by the umask, as in `open`."""
    draft = file.with_name(file.name + ".new")
    # One that a crash left has the mode of its time. No other user may open the file at any moment.
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "wb") as stream:  # noqa: PTH123 (pathlib opens no descriptor)
        stream.write(data)
        stream.flush()
        # The bytes must be on disk before the name points at them: a crash in between would
        # otherwise leave an empty file under the final name.
        os.fsync(stream.fileno())
    draft.replace(file)
