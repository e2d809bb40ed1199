"""Recognize Decap, or Netlify CMS before it, in a site by the configuration of its editor."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from platform_core.errors import Malformed
from platform_core.provider.site_traces import MAX_EVIDENCE, SiteTraces, find_traces
from platform_core.provider.site_usage import SiteTexts, SiteUsage, UsageProblem
from platform_core.providers._git.files.front_matter import parse_file
from platform_core.providers._git.site_usage import type_folders

TRACES: Final = SiteTraces(
    mention=("decap-cms", "netlify-cms"),
    packages=r"(decap|netlify)-cms(-app)?|[\w-]+-plugin-(decap|netlify)-cms",
    texts=r"\b(decap|netlify)-cms(-app)?[@/\"']",
)
GIT_HOSTS: Final = frozenset({"github", "gitlab"})
LOGIN_RELAY: Final = (
    "make an OAuth app at GitHub, and write its client ID into the setting login_client_id: the "
    "site then has a login relay of its own; see docs/login_relay.md"
)


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the repository and the folders that the editor writes."""
    configs = dict(_editor_configs(site))
    usage = find_traces(site, TRACES)
    if not configs:
        return usage
    evidence = (*configs, *(usage.evidence if usage else ()))[:MAX_EVIDENCE]
    path, config = next(iter(configs.items()))
    backend = _member(config, "backend")
    settings = _read_settings(config, backend, site)
    return SiteUsage(evidence, settings, tuple(_find_problems(path, config, backend, site)))


def _editor_configs(site: SiteTexts) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each configuration of the editor, by its path."""
    for path, text in site.sources.items():
        name = path.rpartition("/")[2]
        if name in {"config.yml", "config.yaml"} and "backend" in text and "collections" in text:
            try:
                fields, _ = parse_file(path, text)
            except Malformed:
                continue
            if isinstance(fields.get("backend"), dict):
                yield path, fields


def _read_settings(
    config: Mapping[str, Any], backend: Mapping[str, Any], site: SiteTexts
) -> dict[str, Any]:
    name, repository = backend.get("name"), backend.get("repo")
    settings: dict[str, Any] = {}
    if name in GIT_HOSTS and isinstance(repository, str):
        settings["repository"] = f"{name}:{repository}"
    elif site.repository:
        settings["repository"] = site.repository
    for key, value in (
        ("branch", backend.get("branch")),
        ("auth_url", backend.get("base_url") if name == "github" else None),
        ("app_id", backend.get("app_id") if name == "gitlab" else None),
    ):
        if isinstance(value, str):
            settings[key] = value
    if folders := type_folders(_folders(config)):
        settings["folders"] = folders
    media, public = config.get("media_folder"), config.get("public_folder")
    if isinstance(media, str) and isinstance(public, str):
        # `static/img` that is served at `/img` lies in the folder `static`.
        root = media.strip("/").removesuffix(public.strip("/")).strip("/")
        settings |= {"media_folder": root} if root else {}
    return settings


def _folders(config: Mapping[str, Any]) -> Iterator[str]:
    collections = config.get("collections")
    for collection in collections if isinstance(collections, list) else ():
        folder = collection.get("folder") if isinstance(collection, dict) else None
        if isinstance(folder, str) and folder.strip("/"):
            yield folder.strip("/")


def _find_problems(
    path: str, config: Mapping[str, Any], backend: Mapping[str, Any], site: SiteTexts
) -> Iterator[UsageProblem]:
    name = str(backend.get("name", ""))
    if name == "git-gateway":
        yield UsageProblem(
            "editors log in through Netlify's Git Gateway and Identity, which end with the move",
            f"{LOGIN_RELAY}; in the editor's configuration, change the backend to github and set "
            f"repo: {site.repository.partition(':')[2] or 'OWNER/NAME'}",
            path,
        )
    elif name == "github" and not backend.get("base_url"):
        yield UsageProblem(
            "editors log in with GitHub through Netlify's server, which ends with the move",
            LOGIN_RELAY,
            path,
        )
    elif name not in GIT_HOSTS:
        yield UsageProblem(
            f"the editor's backend {name!r} is not supported",
            "change the backend to github or gitlab",
            path,
        )
    if config.get("publish_mode") == "editorial_workflow":
        yield UsageProblem(
            "drafts of the editorial workflow are branches, which this platform does not build",
            "review drafts in the editor; they become live when they are published",
            path,
        )


def _member(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = config.get(name)
    return value if isinstance(value, dict) else {}
