"""Make the archive of a commit as both hosts do: one folder that holds all files."""

import io
import zipfile

from platform_core.http import HttpResponse
from platform_core.providers._git.simulated.answers import not_found
from platform_core.providers._git.simulated.history import State, content_of


def answer_archive(state: State, name: str, commit: str) -> HttpResponse:
    """Return the zip archive of a commit."""
    tree = state["commits"].get(commit)
    if tree is None:
        return not_found()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        folder = f"{name.replace('/', '-')}-{commit[:7]}"
        for path, file in sorted(tree.items()):
            archive.writestr(f"{folder}/{path}", content_of(state, file))
    return HttpResponse(200, buffer.getvalue(), {"content-type": "application/zip"})
