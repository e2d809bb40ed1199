"""GitLab: its push, its API as far as content needs it, its webhooks.

Its push names no time of its own, and times of commits can run backwards. So what a push touched
is read at the branch's head, with the time of the newest push that GitLab remembers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from platform_core.errors import VendorUnavailable
from platform_core.provider import Context, Hook, HttpResponse
from platform_core.providers import reading
from platform_core.providers._git import settings
from platform_core.providers._git.api import MANAGE_TOKEN, READ_TOKEN, Api, blobs, text_of
from platform_core.providers._git.push import LISTED, NOTHING, Head, Push, commit_id
from platform_core.providers._git.settings import GitSettings
from platform_core.providers.paging import Progress
from platform_core.providers.reading import Json
from platform_core.webhook import WEBHOOK_SECRET

SIGNS: Final = "whsec_"
"""What a signing token starts with; any other secret is a token that is sent along as it is."""
_NEXT: Final = re.compile(r'<([^>]+)>;\s*rel="next"')


@dataclass(frozen=True, slots=True)
class GitLab:
    """A project on gitlab.com."""

    context: Context

    def pushed(self, body: Json) -> Push | None:
        name = str(reading.part(body.get("project")).get("path_with_namespace"))
        if body.get("object_kind") != "push" or name.lower() != self._settings.full_name.lower():
            return None
        if body.get("ref") != f"refs/heads/{self._settings.branch}" or body.get("after") == NOTHING:
            return None
        if body.get("user_username") == self._settings.bot:
            return None
        before, after = commit_id(body.get("before")), commit_id(body.get("after"))
        commits = reading.records(body.get("commits"))
        fits = 0 < len(commits) < LISTED and body.get("total_commits_count") == len(commits)
        return Push(
            before=before,
            head=self.head(),
            commits=tuple(commits),
            is_listed=fits and before != NOTHING and self._follows(after, before),
        )

    def head(self) -> Head:
        """GitLab forgets pushes after three years: without one the time is the epoch, below any
        push to come."""
        api = self._api()
        pushes = reading.records(api.found("/events?action=pushed&per_page=1"))
        branch = quote(self._settings.branch, safe="")
        found = reading.part(api.found(f"/repository/branches/{branch}"))
        commit = reading.text(reading.part(found.get("commit")).get("id"))
        pushed = reading.moment(pushes[0].get("created_at")) if pushes else reading.EPOCH
        if pushed is None or commit is None:
            raise VendorUnavailable("the vendor's answer names no commit or no push")
        return Head(commit, pushed)

    def tree(self, commit: str) -> dict[str, str]:
        asked = {"ref": commit, "recursive": "true", "per_page": 100, "pagination": "keyset"}
        files: dict[str, str] = {}
        page: dict[str, str] = {}
        progress = Progress()
        while True:
            response = self._api().get(f"/repository/tree?{urlencode({**asked, **page})}")
            found = reading.records(reading.answer(response, absent=()))
            files |= blobs(found, "id")
            token = _next_page(response)
            if not token or page.get("page_token") == token:
                return files
            progress.saw(found, token)
            page = {"page_token": token}

    def file(self, path: str, commit: str) -> str | None:
        place = f"/repository/files/{quote(path, safe='')}/raw"
        return text_of(self._api().get(f"{place}?{urlencode({'ref': commit})}", "*/*"), path)

    def changed_at(self, path: str, commit: str) -> datetime | None:
        asked = urlencode({"path": path, "ref_name": commit, "per_page": 1})
        found = reading.records(reading.answer(self._api().get(f"/repository/commits?{asked}")))
        return reading.moment(found[0].get("committed_date")) if found else None

    def address(self, path: str, commit: str) -> str:
        return f"https://gitlab.com/{self._settings.full_name}/-/raw/{commit}/{path}"

    def hooks(self) -> Sequence[Hook]:
        found = self._api(MANAGE_TOKEN).found("/hooks?per_page=100")
        return tuple(_hook(each) for each in reading.records(found))

    def put_hook(self, hook: str, address: str) -> None:
        secret = self.context.secret(WEBHOOK_SECRET)
        body: Json = {
            "url": address,
            "push_events": True,
            "push_events_branch_filter": self._settings.branch,
            "enable_ssl_verification": True,
            "signing_token" if secret.startswith(SIGNS) else "token": secret,
        }
        method, place = ("PUT", f"/hooks/{hook}") if hook else ("POST", "/hooks")
        self._api(MANAGE_TOKEN).send(method, place, body)

    def steps(self, address: str) -> Sequence[str]:
        place = f"https://gitlab.com/{self._settings.full_name}/-/hooks"
        return (
            f"Open {place} as a maintainer of the project, and choose Add new webhook.",
            f"Enter {address} as the URL.",
            f"Where there is a Signing token, generate one and keep it here as {WEBHOOK_SECRET}; "
            f"else enter as the Secret token the very value that is kept here as {WEBHOOK_SECRET}.",
            f"Choose Push events, for the branch {self._settings.branch} only.",
            "Leave SSL verification on, and add the webhook.",
        )

    @property
    def _settings(self) -> GitSettings:
        return settings.of(self.context)

    def _api(self, token: str = READ_TOKEN) -> Api:
        name = quote(self._settings.full_name, safe="")
        return Api(self.context, f"https://gitlab.com/api/v4/projects/{name}", token)

    def _follows(self, after: str, before: str) -> bool:
        """Whether nothing was forced away: a push says nothing of that."""
        asked = urlencode([("refs[]", before), ("refs[]", after)])
        common = reading.answer(self._api().get(f"/repository/merge_base?{asked}"))
        return bool(reading.part(common).get("id") == before)


def _next_page(response: HttpResponse) -> str:
    """The token of the next page. The link itself is not followed: it could lead anywhere."""
    link = _NEXT.search(response.headers.get("link", ""))
    query = parse_qs(urlsplit(link[1]).query) if link else {}
    return next(iter(query.get("page_token", ())), "")


def _hook(given: Json) -> Hook:
    state = reading.text(given.get("alert_status")) or "executable"
    return Hook(
        id=str(given.get("id")),
        address=str(given.get("url") or ""),
        topics=("push",) if given.get("push_events") is True else (),
        active=state == "executable",
        trouble=_trouble(given, state),
    )


def _trouble(given: Json, state: str) -> str:
    if given.get("push_events") is not True:
        return "tells of no push"
    if given.get("enable_ssl_verification") is False:
        return "does not check who it delivers to"
    if state != "executable":
        return f"is {state.replace('_', ' ')} since its deliveries failed"
    return ""
