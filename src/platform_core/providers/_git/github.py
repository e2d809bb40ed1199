"""GitHub: its push, its API as far as content needs it, its webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from platform_core.errors import Malformed, VendorRefused, VendorUnavailable
from platform_core.provider import Context, Hook
from platform_core.providers import reading
from platform_core.providers._git import settings
from platform_core.providers._git.api import MANAGE_TOKEN, READ_TOKEN, Api, blobs, text_of
from platform_core.providers._git.push import LISTED, NOTHING, Head, Push, commit_id
from platform_core.providers._git.settings import GitSettings
from platform_core.providers.reading import Json
from platform_core.webhook import WEBHOOK_SECRET

_HEADERS: Final = {"x-github-api-version": "2022-11-28"}
_RAW: Final = "application/vnd.github.raw+json"


@dataclass(frozen=True, slots=True)
class GitHub:
    """A repository on github.com."""

    context: Context

    def pushed(self, body: Json) -> Push | None:
        repository = reading.part(body.get("repository"))
        name = str(repository.get("full_name"))
        if name.lower() != self._settings.full_name.lower() or "ref" not in body:
            return None
        if body["ref"] != f"refs/heads/{self._settings.branch}" or body.get("deleted") is True:
            return None
        commits = reading.records(body.get("commits"))
        if commits and all(_author(each) == self._settings.bot for each in commits):
            return None
        before, after = commit_id(body.get("before")), commit_id(body.get("after"))
        fits = bool(commits) and len(commits) < LISTED and commits[-1].get("id") == after
        return Push(
            before=before,
            head=Head(after, _pushed_at(body, repository)),
            commits=tuple(commits),
            is_listed=fits and before != NOTHING and body.get("forced") is not True,
        )

    def head(self) -> Head:
        api = self._api()
        pushed = reading.moment(reading.part(api.found("")).get("pushed_at"))
        branch = reading.part(api.found(f"/branches/{quote(self._settings.branch, safe='')}"))
        commit = reading.text(reading.part(branch.get("commit")).get("sha"))
        if pushed is None or commit is None:
            raise VendorUnavailable("the vendor's answer names no commit or no push")
        return Head(commit, pushed)

    def tree(self, commit: str) -> dict[str, str]:
        found = reading.part(self._api().found(f"/git/trees/{quote(commit, safe='')}?recursive=1"))
        if found.get("truncated"):
            raise VendorRefused("the repository has more files than can be listed at once")
        return blobs(reading.records(found.get("tree")), "sha")

    def file(self, path: str, commit: str) -> str | None:
        asked = f"/contents/{quote(path)}?{urlencode({'ref': commit})}"
        return text_of(self._api().get(asked, _RAW), path)

    def changed_at(self, path: str, commit: str) -> datetime | None:
        asked = urlencode({"path": path, "sha": commit, "per_page": 1})
        found = reading.records(reading.answer(self._api().get(f"/commits?{asked}")))
        if not found:
            return None
        return reading.moment(
            reading.part(reading.part(found[0].get("commit")).get("committer")).get("date")
        )

    def address(self, path: str, commit: str) -> str:
        return f"https://raw.githubusercontent.com/{self._settings.full_name}/{commit}/{path}"

    def hooks(self) -> Sequence[Hook]:
        """A repository has 20 of one event at most, so one page holds them all."""
        found = self._api(MANAGE_TOKEN).found("/hooks?per_page=100")
        return tuple(_hook(each) for each in reading.records(found))

    def put_hook(self, hook: str, address: str) -> None:
        body: Json = {
            "active": True,
            "events": ["push"],
            "config": {
                "url": address,
                "content_type": "json",
                "secret": self.context.secret(WEBHOOK_SECRET),
                "insecure_ssl": "0",
            },
        }
        api = self._api(MANAGE_TOKEN)
        if hook:
            api.send("PATCH", f"/hooks/{hook}", body)
        else:
            api.send("POST", "/hooks", {"name": "web", **body})

    def steps(self, address: str) -> Sequence[str]:
        place = f"https://github.com/{self._settings.full_name}/settings/hooks/new"
        return (
            f"Open {place} as somebody who administers the repository.",
            f"Enter {address} as the Payload URL.",
            "Choose application/json as the Content type.",
            f"Enter as the Secret the very value that is kept here as {WEBHOOK_SECRET}.",
            "Leave SSL verification on, and choose Just the push event.",
            "Add the webhook, and see that its first delivery (ping) was answered with 200.",
        )

    @property
    def _settings(self) -> GitSettings:
        return settings.of(self.context)

    def _api(self, token: str = READ_TOKEN) -> Api:
        root = f"https://api.github.com/repos/{self._settings.full_name}"
        return Api(self.context, root, token, _HEADERS)


def _pushed_at(body: Json, repository: Json) -> datetime:
    """When GitHub took the push: unlike the times of commits, nobody can set it back."""
    seconds = reading.whole(repository.get("pushed_at"))
    if seconds is not None and 0 < seconds < 10**11:
        return reading.EPOCH + reading.SECOND * seconds
    told = repository.get("pushed_at") or reading.part(body.get("head_commit")).get("timestamp")
    when = reading.moment(told)
    if when is None:
        raise Malformed("the push has no time")
    return when


def _author(commit: Json) -> object:
    return reading.part(commit.get("author")).get("username")


def _hook(given: Json) -> Hook:
    events = reading.texts(given.get("events"))
    return Hook(
        id=str(given.get("id")),
        address=str(reading.part(given.get("config")).get("url") or ""),
        topics=tuple(events),
        active=given.get("active") is True,
        trouble=_trouble(given, events),
    )


def _trouble(given: Json, events: list[str]) -> str:
    config = reading.part(given.get("config"))
    answered = reading.whole(reading.part(given.get("last_response")).get("code"))
    if not {"push", "*"} & set(events):
        return "tells of no push"
    if config.get("content_type") != "json":
        return "sends a form where JSON is read"
    if str(config.get("insecure_ssl", "0")) != "0":
        return "does not check who it delivers to"
    if answered is not None and not 200 <= answered < 300:
        return f"its last delivery was answered {answered}"
    return ""
