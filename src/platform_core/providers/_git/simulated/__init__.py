"""Simulate the APIs of both Git hosts, as far as our modules call them, for one repository."""

import json
from collections.abc import Callable, Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit import parsing
from platform_core.provider_kit.simulated_vendor import SITE_FILES_PATH
from platform_core.providers._git.simulated import (
    github,
    gitlab,
    hints,
    history,
    login,
    site_files,
)
from platform_core.providers._git.simulated.answers import ApiRequest, json_response, not_found
from platform_core.providers._git.simulated.history import State
from platform_core.webhooks.request import Request


class Simulated:
    """One repository with any name, and its webhooks."""

    HOSTS: ClassVar[tuple[str, ...]] = (
        "api.github.com",
        github.ARCHIVE_HOST,
        login.LOGIN_HOST,
        "gitlab.com",
    )

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call of either API."""
        if method == "PUT" and urlsplit(url).path == SITE_FILES_PATH:
            return self._replace_site_files(body)
        if urlsplit(url).hostname == login.LOGIN_HOST:
            return self._exchange_code(method, url, body)
        request = ApiRequest.parse(method, url, body)
        answer_request = (
            gitlab.answer_request
            if urlsplit(url).hostname == "gitlab.com"
            else github.answer_request
        )
        state = self._state()
        response = answer_request(state, request) or not_found()
        if method != "GET":
            self._save(state)
        return response

    def _exchange_code(self, method: str, url: str, body: bytes) -> HttpResponse:
        if (method, urlsplit(url).path) != ("POST", login.TOKEN_PATH):
            return not_found()
        state = self._state()
        response = login.exchange_code(state, body)
        self._save(state)
        return response

    def _replace_site_files(self, body: bytes) -> HttpResponse:
        """Commit the files of the site, as its developers would. No Git host has this call."""
        state = self._state()
        is_changed = site_files.commit_files(state, json.loads(body))
        if is_changed:
            self._save(state)
        return json_response({"changed": is_changed})

    def record(self, request: Request) -> None:
        """Apply a push: its commit becomes readable, and the newest one becomes the head."""
        body = parsing.parse_document(request.body)
        state = self._state()
        push = hints.make_push_for_change_notice(state, body) if "eventId" in body else body
        if history.apply_push(state, push):
            self._save(state)

    def _state(self) -> State:
        return {**history.initial_state(), **self._load()}
