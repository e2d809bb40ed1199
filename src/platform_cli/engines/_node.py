"""Runtimes, shared folders and install command of the engines on Node.js.

`npm ci` deletes `node_modules` and takes seconds. A copy of the lock file inside the folder records
the installed versions, so an unchanged lock skips the installation. Builds run a package's file
directly instead of `npx`, which is slower and requires the links in `.bin` that a build cache may
not restore.
"""

from typing import Final

RUNTIMES: Final = {"nodejs": "22", "python": "3.13"}
SHARES: Final = ("design", "lib")
INSTALL: Final = (
    "cmp -s package-lock.json node_modules/.installed-lock"
    " || (npm ci --no-audit --no-fund && cp package-lock.json node_modules/.installed-lock)",
)
