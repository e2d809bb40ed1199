"""GitHub's API, as far as content needs it: a branch's commit, its tree, a file at a commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import quote, urlencode

from platform_core.providers.decap.settings import Settings

from platform_core.errors import Malformed, VendorRefused, VendorUnavailable
from platform_core.provider import Context, HttpResponse
from platform_core.providers import reading

MAX_FILE = 1024 * 1024
_JSON = "application/vnd.github+json"
_RAW = "application/vnd.github.raw+json"


@dataclass(frozen=True, slots=True)
class Head:
    """What a branch points to, and when anything was last pushed to the repository."""

    commit: str
    pushed_at: datetime


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository, read at commits and never at a branch that may move meanwhile."""

    context: Context

    @property
    def settings(self) -> Settings:
        return cast("Settings", self.context.settings)

    def head(self) -> Head:
        """The published branch. The push time is read first: it may be old, never too new."""
        pushed = reading.moment(self._object("").get("pushed_at"))
        branch = self._object(f"/branches/{quote(self.settings.branch, safe='')}")
        commit = reading.text(reading.part(branch.get("commit")).get("sha"))
        if pushed is None or commit is None:
            raise VendorUnavailable("the vendor's answer names no commit or no push")
        return Head(commit, pushed)

    def tree(self, commit: str) -> dict[str, str]:
        """Every file at a commit: path -> the id of its content."""
        found = self._object(f"/git/trees/{quote(commit, safe='')}?recursive=1")
        if found.get("truncated"):
            raise VendorRefused("the repository has more files than can be listed at once")
        return {
            str(each["path"]): str(each["sha"])
            for each in reading.records(found.get("tree"))
            if each.get("type") == "blob"
        }

    def file(self, path: str, commit: str) -> str | None:
        """A file's text at a commit; None where it is not there. Raises `Malformed`."""
        asked = f"/contents/{quote(path)}?{urlencode({'ref': commit})}"
        response = self._get(asked, _RAW)
        if response.status == 404:
            return None
        reading.require_success(response)
        if len(response.body) > MAX_FILE:
            raise Malformed(f"{path} is larger than {MAX_FILE} bytes")
        try:
            return response.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Malformed(f"{path} is not UTF-8") from None

    def changed_at(self, path: str, commit: str) -> datetime | None:
        """When a file was last changed, as of a commit."""
        asked = urlencode({"path": path, "sha": commit, "per_page": 1})
        found = reading.records(reading.answer(self._get(f"/commits?{asked}", _JSON)))
        if not found:
            return None
        return reading.moment(
            reading.part(reading.part(found[0].get("commit")).get("committer")).get("date")
        )

    def _object(self, path: str) -> reading.Json:
        found = reading.answer(self._get(path, _JSON), absent=())
        return reading.part(found)

    def _get(self, path: str, accept: str) -> HttpResponse:
        return self.context.http(
            "GET",
            f"https://api.github.com/repos/{self.settings.full_name}{path}",
            headers={
                "accept": accept,
                "authorization": f"Bearer {self.context.secret('read_token')}",
                "x-github-api-version": "2022-11-28",
            },
        )
