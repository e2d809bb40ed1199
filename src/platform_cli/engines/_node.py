"""Runtimes, shared folders, install command and cache of the engines on Node.js.

Every build installs its packages from scratch. The cache of a project holds npm's own cache and not
`node_modules`: a build can write anything into the cache, and `npm ci` compares what it takes from
there with the hashes of the lock file. Scripts of packages do not run. Builds run a package's file
directly instead of `npx`, which is slower.
"""

from collections.abc import Mapping
from typing import Final

RUNTIMES: Final = {"nodejs": "22", "python": "3.13"}
SHARES: Final = ("design", "lib")
_IS_DAMAGED_CACHE: Final = "grep -Eq 'EINTEGRITY|EBADSIZE|_cacache' \"$errors\""


def make_install_command(install: str) -> str:
    """Return a command that runs npm's `install` and repairs a damaged cache.

    npm 11 stops at a cached package whose hash or size is wrong. `verify` deletes such packages.
    Other failures, such as a wrong lock file, are not repeated: the second error would hide them.
    """
    return (
        f'errors=$(mktemp) && {install} 2>"$errors" && cat "$errors" >&2 || '
        f'{{ cat "$errors" >&2; {_IS_DAMAGED_CACHE} && npm cache verify && {install}; }}'
    )


INSTALL: Final = (
    make_install_command("npm ci --ignore-scripts --prefer-offline --no-audit --no-fund"),
)
PACKAGES: Final = ("node_modules",)
CACHES: Final = (".npm",)
VARIABLES: Final[Mapping[str, str]] = {"npm_config_cache": ".npm"}
