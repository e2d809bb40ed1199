"""The parts that the simulations of all vendors' APIs share."""

import json
from collections.abc import Callable
from typing import Any, Final

from platform_core.http import HttpResponse

State = dict[str, Any]
"""State of a simulated vendor, as JSON."""

SITE_FILES_PATH: Final = "/_platform/site-files"
"""Path at a simulated Git host that takes the files of a site, as
`{"branch", "at": Unix seconds, "files": {path: Base64}}`, and answers `{"changed": bool}`."""


class SimulatedVendor:
    """A simulated vendor. The caller keeps its state between the calls."""

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def _state(self) -> State:
        """Return the stored state, or the first one."""
        return self._load() or self._seed_state()

    def _seed_state(self) -> State:
        """Return the state before the first change."""
        raise NotImplementedError


def json_response(status: int, body: object) -> HttpResponse:
    """Return a response with a JSON body."""
    return HttpResponse(status, json.dumps(body).encode(), {"content-type": "application/json"})
