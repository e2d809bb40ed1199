"""Choose the files of a site that show its build and its providers, and read them as text."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from platform_cli.adopt.source.site_files import FileKind, SiteFiles, is_portable
from platform_core.provider.site_traces import place_of
from platform_core.provider.site_usage import SiteTexts

MAX_TEXT_BYTES: Final = 256 * 1024
"""Size of the largest text that is searched. A larger one is data or a bundle."""
MAX_TEXTS: Final = 5_000
MAX_TOTAL_BYTES: Final = 32 * 1024 * 1024
"""Limits of all searched texts, so that a look at any site takes seconds."""

BINARY_SUFFIXES: Final = frozenset(
    {
        ".7z", ".avif", ".br", ".bz2", ".eot", ".gif", ".gz", ".ico", ".jpeg", ".jpg", ".map",
        ".mov", ".mp3", ".mp4", ".otf", ".pdf", ".png", ".svg", ".tar", ".tgz", ".tif", ".tiff",
        ".ttf", ".wasm", ".wav", ".webm", ".webp", ".woff", ".woff2", ".xz", ".zip",
    }
)  # fmt: skip
CONTENT_SUFFIXES: Final = frozenset(
    {
        ".csv", ".css", ".less", ".markdown", ".md", ".po", ".rst", ".sass", ".scss", ".txt",
    }
)  # fmt: skip
LOCK_FILES: Final = frozenset(
    {
        "bun.lock", "composer.lock", "deno.lock", "Gemfile.lock", "npm-shrinkwrap.json",
        "package-lock.json", "pnpm-lock.yaml", "yarn.lock",
    }
)  # fmt: skip
ENV_FILE: Final = re.compile(r"\.env(\.[\w.-]+)?|[\w-]+\.env")
ENV_LINE: Final = re.compile(
    r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w{0,99})[ \t]*=[ \t]*"
    r"(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\n#]*))",
    re.MULTILINE,
)
MAX_PACKAGE_NAME: Final = 214
"""Characters of a name in the npm registry."""
DEPENDENCIES: Final = ("dependencies", "devDependencies")


def read_all_texts(files: SiteFiles) -> dict[str, str]:
    """Return the searchable texts of a site by path, those of the upper folders first."""
    chosen = sorted(
        (
            entry
            for entry in files.entries.values()
            if entry.kind is FileKind.FILE
            and entry.size <= MAX_TEXT_BYTES
            and is_portable(entry.path)
            and _is_text(entry.path)
        ),
        key=lambda entry: (entry.path.count("/"), entry.path),
    )
    texts, total = {}, 0
    for entry in chosen[:MAX_TEXTS]:
        total += entry.size
        if total > MAX_TOTAL_BYTES:
            break
        if text := files.read_text(entry.path):
            texts[entry.path] = text
    return texts


def select_site_texts(texts: Mapping[str, str], repository: str) -> SiteTexts:
    """Return the texts that can show a provider: no content, which can mention any of them."""
    sources = {
        path: text
        for path, text in texts.items()
        if PurePosixPath(path).suffix.lower() not in CONTENT_SUFFIXES and not is_env_file(path)
    }
    variables: dict[str, str] = {}
    for path in filter(is_env_file, texts):
        for name, value, _ in parse_env(texts[path]):
            variables.setdefault(name, value)
    return SiteTexts(sources, dict(_list_packages(texts)), variables, repository)


def is_env_file(path: str) -> bool:
    """Return whether a file sets environment variables, such as `.env` and `.env.example`."""
    return ENV_FILE.fullmatch(path.rpartition("/")[2]) is not None


def parse_env(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield name, value and line of each variable that a `.env` file sets."""
    for match in ENV_LINE.finditer(text):
        value = next((group for group in match.groups()[1:] if group is not None), "")
        yield match[1], value.strip(), text.count("\n", 0, match.start(1)) + 1


def _list_packages(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the npm packages of every `package.json`, with the place that names each."""
    for path, text in texts.items():
        if path.rpartition("/")[2] != "package.json":
            continue
        try:
            manifest = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for section in DEPENDENCIES:
            packages = manifest.get(section) if isinstance(manifest, dict) else None
            for name in packages if isinstance(packages, dict) else ():
                if len(name) <= MAX_PACKAGE_NAME:
                    yield name, place_of(path, text, max(0, text.find(json.dumps(name))))


def _is_text(path: str) -> bool:
    name = path.rpartition("/")[2]
    suffix = PurePosixPath(name).suffix.lower()
    return suffix not in BINARY_SUFFIXES and name not in LOCK_FILES and ".min." not in name
