"""GitHub: parse its pushes, read repositories through its API and manage its webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from platform_core.errors import Malformed, VendorRefused, VendorUnavailable
from platform_core.provider import ArchiveAddress, Context, Hook
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers._git import settings
from platform_core.providers._git.api import (
    MANAGE_TOKEN,
    READ_TOKEN,
    RepositoryApi,
    decode_file,
    map_paths_to_blob_ids,
)
from platform_core.providers._git.push import (
    MAX_LISTED_COMMITS,
    NO_COMMIT,
    Head,
    Push,
    parse_commit_id,
)
from platform_core.providers._git.settings import GitSettings
from platform_core.webhooks.request import WEBHOOK_SECRET

_HEADERS: Final = {"x-github-api-version": "2022-11-28"}
_ARCHIVE_HOSTS: Final = frozenset({"codeload.github.com"})
"""Hosts to which GitHub redirects requests for archives. Its documentation names the redirect and
not the host (read 2026-12-01); the host is that of public reports, unverified."""
_RAW: Final = "application/vnd.github.raw+json"


@dataclass(frozen=True, slots=True)
class GitHub:
    """A repository on github.com."""

    context: Context

    def parse_push(self, body: Json) -> Push | None:
        repository = parsing.parse_object(body.get("repository"))
        name = str(repository.get("full_name"))
        if name.lower() != self._settings.full_name.lower() or "ref" not in body:
            return None
        # A deleted branch also arrives as a push; it leaves no commit to read.
        if body["ref"] != f"refs/heads/{self._settings.branch}" or body.get("deleted") is True:
            return None
        commits = parsing.parse_objects(body.get("commits"))
        # A push by our own bot would only rebuild the site with content that we wrote ourselves.
        if commits and all(_author_username(commit) == self._settings.bot for commit in commits):
            return None
        before, after = parse_commit_id(body.get("before")), parse_commit_id(body.get("after"))
        pushed_at = _push_time(body, repository)
        # GitHub lists at most 2,048 commits, but GitLab only 20, and both share one limit.
        is_complete = (
            bool(commits) and len(commits) < MAX_LISTED_COMMITS and commits[-1].get("id") == after
        )
        return Push(
            before=before,
            after=after,
            pushed_at=pushed_at,
            head=Head(after, pushed_at),
            commits=tuple(commits),
            # A force push does not list the files that it takes back.
            lists_all_files=is_complete and before != NO_COMMIT and body.get("forced") is not True,
        )

    def read_head(self) -> Head:
        api = self._api()
        # Read the push time before the branch. If a push arrives in between, the time is too old,
        # and the delivery of that push corrects it. A time that is too new would block it.
        pushed = parsing.parse_timestamp(parsing.parse_object(api.fetch_json("")).get("pushed_at"))
        branch = parsing.parse_object(
            api.fetch_json(f"/branches/{quote(self._settings.branch, safe='')}")
        )
        commit = parsing.parse_text(parsing.parse_object(branch.get("commit")).get("sha"))
        if pushed is None or commit is None:
            raise VendorUnavailable("the vendor's response has no commit or no push time")
        return Head(commit, pushed)

    def read_blob_ids_by_path(self, commit: str) -> dict[str, str]:
        tree = parsing.parse_object(
            self._api().fetch_json(f"/git/trees/{quote(commit, safe='')}?recursive=1")
        )
        # A truncated tree would make the missing files look deleted.
        if tree.get("truncated"):
            raise VendorRefused("the repository has more files than the API lists in one tree")
        return map_paths_to_blob_ids(parsing.parse_objects(tree.get("tree")), "sha")

    def read_file(self, path: str, commit: str) -> str | None:
        file_path = f"/contents/{quote(path)}?{urlencode({'ref': commit})}"
        return decode_file(self._api().get(file_path, _RAW), path)

    def read_last_change_time(self, path: str, commit: str) -> datetime | None:
        query = urlencode({"path": path, "sha": commit, "per_page": 1})
        commits = parsing.parse_objects(
            parsing.parse_response(self._api().get(f"/commits?{query}"))
        )
        if not commits:
            return None
        return parsing.parse_timestamp(
            parsing.parse_object(
                parsing.parse_object(commits[0].get("commit")).get("committer")
            ).get("date")
        )

    def is_ancestor(self, commit: str, of: str) -> bool:
        comparison = self._api().get(f"/compare/{quote(commit, safe='')}...{quote(of, safe='')}")
        status = parsing.parse_object(parsing.parse_response(comparison)).get("status")
        return status in {"ahead", "identical"}

    def archive_address(self, commit: str) -> ArchiveAddress:
        return self._api().archive_address(
            f"/zipball/{quote(commit, safe='')}", redirects_to=_ARCHIVE_HOSTS
        )

    def file_url(self, path: str, commit: str) -> str:
        return f"https://raw.githubusercontent.com/{self._settings.full_name}/{commit}/{path}"

    def list_hooks(self) -> Sequence[Hook]:
        """Return all webhooks. One page is enough: GitHub allows 20 per event and repository."""
        hooks = self._api(MANAGE_TOKEN).fetch_json("/hooks?per_page=100")
        return tuple(_parse_hook(hook) for hook in parsing.parse_objects(hooks))

    def create_or_update_webhook(self, hook: str, address: str) -> None:
        """Create or update a webhook with our address and secret."""
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
            api.send_json("PATCH", f"/hooks/{hook}", body)
        else:
            api.send_json("POST", "/hooks", {"name": "web", **body})

    def registration_steps(self, address: str) -> Sequence[str]:
        page = f"https://github.com/{self._settings.full_name}/settings/hooks/new"
        return (
            f"Open {page} as an administrator of the repository.",
            f"Enter {address} as the Payload URL.",
            "Choose application/json as the Content type.",
            f"Enter the value that this client has as {WEBHOOK_SECRET} as the Secret.",
            "Leave SSL verification on, and choose Just the push event.",
            "Add the webhook, and check that its first delivery (ping) received a 200.",
        )

    @property
    def _settings(self) -> GitSettings:
        return settings.git_settings(self.context)

    def _api(self, token: str = READ_TOKEN) -> RepositoryApi:
        root = f"https://api.github.com/repos/{self._settings.full_name}"
        return RepositoryApi(self.context, root, token, _HEADERS)


def _push_time(body: Json, repository: Json) -> datetime:
    """Return the time when GitHub received the push. Unlike commit times, it cannot go back."""
    # In a push event, GitHub sends `pushed_at` as Unix seconds; elsewhere it is ISO 8601.
    seconds = parsing.parse_integer(repository.get("pushed_at"))
    # The upper bound excludes milliseconds.
    if seconds is not None and 0 < seconds < 10**11:
        return parsing.EPOCH + parsing.SECOND * seconds
    time_text = repository.get("pushed_at") or parsing.parse_object(body.get("head_commit")).get(
        "timestamp"
    )
    pushed_at = parsing.parse_timestamp(time_text)
    if pushed_at is None:
        raise Malformed("the push has no time")
    return pushed_at


def _author_username(commit: Json) -> object:
    """Return the GitHub account of a commit's author."""
    return parsing.parse_object(commit.get("author")).get("username")


def _parse_hook(hook: Json) -> Hook:
    """Convert a webhook of GitHub's API."""
    events = parsing.parse_texts(hook.get("events"))
    return Hook(
        id=str(hook.get("id")),
        address=str(parsing.parse_object(hook.get("config")).get("url") or ""),
        topics=tuple(events),
        active=hook.get("active") is True,
        trouble=_find_trouble(hook, events),
    )


def _find_trouble(hook: Json, events: list[str]) -> str:
    """Describe the first problem of a webhook. Empty if there is none."""
    config = parsing.parse_object(hook.get("config"))
    last_status = parsing.parse_integer(parsing.parse_object(hook.get("last_response")).get("code"))
    if not {"push", "*"} & set(events):
        return "does not send push events"
    if config.get("content_type") != "json":
        return "sends form data instead of JSON"
    if str(config.get("insecure_ssl", "0")) != "0":
        return "does not verify the TLS certificate of its target"
    if last_status is not None and not 200 <= last_status < 300:
        return f"its last delivery was answered with {last_status}"
    return ""
