"""Recognize Tina in a site by the configuration of its editor, which is read as text."""

import re
from typing import Any, Final

from platform_core.provider.site_traces import SettingTrace, SiteTraces, find_traces
from platform_core.provider.site_usage import SiteTexts, SiteUsage
from platform_core.providers._git.site_usage import type_folders

CONFIG: Final = re.compile(r"(^|/)\.?tina/(?!__generated__/).*\.[cm]?[jt]sx?$")
"""The configuration is `config.ts`, and often a file for each collection beside it."""
TRACES: Final = SiteTraces(
    mention=("tinacms", "TINA", "tina"),
    packages=r"tinacms|@tinacms/.+",
    texts=r"from [\"']tinacms[\"']",
    settings={"client_id": SettingTrace(keys=("clientId",), variables=r"\w*TINA\w*CLIENT_ID")},
)
FOLDER: Final = re.compile(r"\bpath\s*:\s*[\"']([^\"'\n]+)[\"']")
PUBLIC_FOLDER: Final = re.compile(r"\bpublicFolder\s*:\s*[\"']([^\"'\n]+)[\"']")
BRANCH: Final = re.compile(r"\bbranch\s*:\s*[\"']([^\"'\n]+)[\"']")


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the project on TinaCloud and the folders that the editor writes."""
    usage = find_traces(site, TRACES)
    if usage is None:
        return None
    settings: dict[str, Any] = dict(usage.settings)
    if site.repository:
        settings["repository"] = site.repository
    for text in (text for path, text in site.sources.items() if CONFIG.search(path)):
        folders = [folder.strip("/") for folder in FOLDER.findall(text)]
        if typed := type_folders(filter(None, folders)):
            settings["folders"] = settings.get("folders", {}) | typed
        for name, pattern in (("media_folder", PUBLIC_FOLDER), ("branch", BRANCH)):
            if match := pattern.search(text):
                settings.setdefault(name, match[1])
    return SiteUsage(usage.evidence, settings, usage.problems)
