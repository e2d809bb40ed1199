"""A double of the Git hosts' APIs as our modules call them: one repository, at either host."""

from collections.abc import Callable, Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from platform_core.provider import HttpResponse
from platform_core.providers import reading
from platform_core.providers._git.simulated import github, gitlab, hints, history
from platform_core.providers._git.simulated.answers import Asked, missing
from platform_core.providers._git.simulated.history import State
from platform_core.webhook import Request


class Simulated:
    """One repository, whatever it is called, and its webhooks."""

    HOSTS: ClassVar[tuple[str, ...]] = ("api.github.com", "gitlab.com")

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """The answer to one call of either API."""
        asked = Asked.of(method, url, body)
        answer = gitlab.answer if urlsplit(url).hostname == "gitlab.com" else github.answer
        state = self._state()
        found = answer(state, asked) or missing()
        if method != "GET":
            self._save(state)
        return found

    def record(self, request: Request) -> None:
        """Take over a push: its commit can be read from now on, and the newest is the head."""
        body = reading.document(request.body)
        state = self._state()
        push = hints.push_behind(state, body) if "eventId" in body else body
        if history.take_over(state, push):
            self._save(state)

    def _state(self) -> State:
        return {**history.beginning(), **self._load()}
