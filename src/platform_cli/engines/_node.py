"""What the engines on Node.js have in common: how packages are installed, and what is shared.

`npm ci` empties `node_modules` first and takes seconds, so a copy of the lock file inside the
folder tells which lock it was made from. A package's command is called by its file: `npx` costs
time and needs the links in `.bin`, which a build cache may not keep.
"""

from typing import Final

RUNTIMES: Final = {"nodejs": "22", "python": "3.13"}
SHARES: Final = ("design", "lib")
INSTALL: Final = (
    "cmp -s package-lock.json node_modules/.installed-lock"
    " || (npm ci --no-audit --no-fund && cp package-lock.json node_modules/.installed-lock)",
)
