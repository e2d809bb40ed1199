"""GitLab: parse its pushes, read projects through its API and manage its webhooks.

A GitLab push has no time of its own, and commit times can go backwards. So the changed files of a
push are read at the head of the branch, with the time of the newest push that GitLab has recorded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from platform_core.errors import VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import ArchiveAddress, Context, Hook
from platform_core.provider_kit import parsing
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json
from platform_core.providers._git import api, push, settings
from platform_core.providers._git.settings import GitSettings
from platform_core.webhooks.request import WEBHOOK_SECRET

SIGNING_PREFIX: Final = "whsec_"
"""Prefix of a signing token. Any other secret is a plain token that GitLab sends with each call."""
_NEXT_LINK: Final = re.compile(r'<([^>]+)>;\s*rel="next"')


@dataclass(frozen=True, slots=True)
class GitLab:
    """A project on gitlab.com."""

    context: Context

    def parse_push(self, body: Json) -> push.Push | None:
        name = str(parsing.parse_object(body.get("project")).get("path_with_namespace"))
        if body.get("object_kind") != "push" or name.lower() != self._settings.full_name.lower():
            return None
        if (
            body.get("ref") != f"refs/heads/{self._settings.branch}"
            or body.get("after") == push.NO_COMMIT
        ):
            return None
        # GitLab names the person who pushed, not the authors of the commits.
        if body.get("user_username") == self._settings.bot:
            return None
        before, after = (
            push.parse_commit_id(body.get("before")),
            push.parse_commit_id(body.get("after")),
        )
        commits = parsing.parse_objects(body.get("commits"))
        is_complete = 0 < len(commits) < push.MAX_LISTED_COMMITS and body.get(
            "total_commits_count"
        ) == len(commits)
        return push.Push(
            before=before,
            after=after,
            pushed_at=None,
            head=self.read_head(),
            commits=tuple(commits),
            # A force push does not list the files that it takes back, and does not say so.
            lists_all_files=is_complete
            and before != push.NO_COMMIT
            and self.is_ancestor(before, after),
        )

    def read_head(self) -> push.Head:
        """Read the head of the branch.

        GitLab deletes push events after three years. Without one, the time is the epoch, which is
        older than any future push.
        """
        client = self._api()
        # Read the push time before the branch: it may be too old, but never too new.
        pushes = parsing.parse_objects(client.fetch_json("/events?action=pushed&per_page=1"))
        branch = quote(self._settings.branch, safe="")
        branch_data = parsing.parse_object(client.fetch_json(f"/repository/branches/{branch}"))
        commit = parsing.parse_text(parsing.parse_object(branch_data.get("commit")).get("id"))
        pushed = parsing.parse_timestamp(pushes[0].get("created_at")) if pushes else parsing.EPOCH
        if pushed is None or commit is None:
            raise VendorUnavailable("the vendor's response has no commit or no push time")
        return push.Head(commit, pushed)

    def read_blob_ids_by_path(self, commit: str) -> dict[str, str]:
        query = {"ref": commit, "recursive": "true", "per_page": 100, "pagination": "keyset"}
        files: dict[str, str] = {}
        page_query: dict[str, str] = {}
        guard = PageGuard()
        while True:
            response = self._api().get(f"/repository/tree?{urlencode({**query, **page_query})}")
            entries = parsing.parse_objects(parsing.parse_response(response, absent=()))
            files |= api.map_paths_to_blob_ids(entries, "id")
            token = _next_page_token(response)
            # A page that points to itself is the last one.
            if not token or page_query.get("page_token") == token:
                return files
            guard.check_page(entries, token)
            page_query = {"page_token": token}

    def read_file(self, path: str, commit: str) -> str | None:
        file_path = f"/repository/files/{quote(path, safe='')}/raw"
        return api.decode_file(
            self._api().get(f"{file_path}?{urlencode({'ref': commit})}", "*/*"), path
        )

    def read_last_change_time(self, path: str, commit: str) -> datetime | None:
        query = urlencode({"path": path, "ref_name": commit, "per_page": 1})
        commits = parsing.parse_objects(
            parsing.parse_response(self._api().get(f"/repository/commits?{query}"))
        )
        return parsing.parse_timestamp(commits[0].get("committed_date")) if commits else None

    def is_ancestor(self, commit: str, of: str) -> bool:
        query = urlencode([("refs[]", commit), ("refs[]", of)])
        merge_base = parsing.parse_response(self._api().get(f"/repository/merge_base?{query}"))
        return bool(parsing.parse_object(merge_base).get("id") == commit)

    def archive_address(self, commit: str) -> ArchiveAddress:
        return self._api().archive_address(f"/repository/archive.zip?{urlencode({'sha': commit})}")

    def file_url(self, path: str, commit: str) -> str:
        return f"https://gitlab.com/{self._settings.full_name}/-/raw/{commit}/{path}"

    def list_hooks(self) -> Sequence[Hook]:
        hooks = self._api(api.MANAGE_TOKEN).fetch_json("/hooks?per_page=100")
        return tuple(_parse_hook(hook) for hook in parsing.parse_objects(hooks))

    def create_or_update_webhook(self, hook: str, address: str) -> None:
        """Create or update a webhook with our address and secret."""
        secret = self.context.secret(WEBHOOK_SECRET)
        body: Json = {
            "url": address,
            "push_events": True,
            "push_events_branch_filter": self._settings.branch,
            "enable_ssl_verification": True,
            # Newer GitLab versions sign with a `whsec_` secret; older ones send a plain token.
            "signing_token" if secret.startswith(SIGNING_PREFIX) else "token": secret,
        }
        method, path = ("PUT", f"/hooks/{hook}") if hook else ("POST", "/hooks")
        self._api(api.MANAGE_TOKEN).send_json(method, path, body)

    def registration_steps(self, address: str) -> Sequence[str]:
        page = f"https://gitlab.com/{self._settings.full_name}/-/hooks"
        return (
            f"Open {page} as a maintainer of the project, and choose Add new webhook.",
            f"Enter {address} as the URL.",
            f"If there is a Signing token, generate one and store it here as {WEBHOOK_SECRET}; "
            f"otherwise enter the value that this client has as {WEBHOOK_SECRET} as Secret token.",
            f"Choose Push events, for the branch {self._settings.branch} only.",
            "Keep SSL verification on, and add the webhook.",
        )

    @property
    def _settings(self) -> GitSettings:
        return settings.git_settings(self.context)

    def _api(self, token: str = api.READ_TOKEN) -> api.RepositoryApi:
        name = quote(self._settings.full_name, safe="")
        return api.RepositoryApi(self.context, f"https://gitlab.com/api/v4/projects/{name}", token)


def _next_page_token(response: HttpResponse) -> str:
    """Return the token of the next page. Never follow the link itself: it could lead anywhere."""
    link = _NEXT_LINK.search(response.headers.get("link", ""))
    query = parse_qs(urlsplit(link[1]).query) if link else {}
    return next(iter(query.get("page_token", ())), "")


def _parse_hook(hook: Json) -> Hook:
    """Convert a webhook of GitLab's API."""
    state = parsing.parse_text(hook.get("alert_status")) or "executable"
    return Hook(
        id=str(hook.get("id")),
        address=str(hook.get("url") or ""),
        topics=("push",) if hook.get("push_events") is True else (),
        active=state == "executable",
        trouble=_find_trouble(hook, state),
    )


def _find_trouble(hook: Json, state: str) -> str:
    """Describe the first problem of a webhook. Empty if there is none."""
    if hook.get("push_events") is not True:
        return "does not send push events"
    if hook.get("enable_ssl_verification") is False:
        return "does not verify the TLS certificate of its target"
    if state != "executable":
        return f"is {state.replace('_', ' ')} because its deliveries failed"
    return ""
