"""Package managers of Node.js: their lock files and install commands.

npm comes with Node.js. Another one is installed from the npm registry at a pinned version, into a
temporary folder on the PATH. `corepack` is no base for this: Node.js 25 ships without it. `npx`
runs unpacked packages from a cache that an earlier build may have changed.

A site's own packages may run their install scripts, because packages with native code need them.
See decision 17.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from platform_cli.engines._node import make_install_command

NO_LOCK: Final = (
    "No lock file: two builds can get different packages. Commit a lock file to prevent that."
)
_DELETE_UNPACKED_PACKAGES: Final = 'rm -rf "$npm_config_cache/_npx"'
"""npm checks what it takes from its cache, except packages that `npx` has unpacked."""


@dataclass(frozen=True, slots=True)
class PackageManager:
    """A package manager. The versions are pinned on 2026-12-01."""

    name: str
    lock_files: tuple[str, ...]
    locked_install: str
    """Command that installs exactly the versions of the lock file."""
    unlocked_install: str
    package: str = ""
    """npm package that contains it; empty if it comes with Node.js."""
    version: str = ""
    """Version without another one in `package.json`."""
    option_separator: str = ""
    """Word between a script and its options."""

    def setup(self, version: str) -> tuple[str, ...]:
        """Return the commands that put it on the PATH. An empty version means the pinned one."""
        if not self.package:
            return ()
        wanted = f"{self.package}@{version or self.version}"
        return (
            f'manager=$(mktemp -d) && npm install --prefix "$manager" --no-audit --no-fund {wanted}'
            ' && export PATH="$manager/node_modules/.bin:$PATH"',
        )

    def install(self, *, version: str, is_locked: bool) -> tuple[str, ...]:
        """Return the commands that install a site's packages."""
        command = self.locked_install if is_locked else self.unlocked_install
        notice = () if is_locked else (f"echo '{NO_LOCK}'",)
        return (*notice, _DELETE_UNPACKED_PACKAGES, *self.setup(version), command)

    def run(self, script: str, options: str = "") -> str:
        """Return the command that runs a script of `package.json`."""
        words = (self.name, "run", script, self.option_separator if options else "", options)
        return " ".join(filter(None, words))


_NPM_OPTIONS: Final = "--prefer-offline --no-audit --no-fund"

PACKAGE_MANAGERS: Final[Mapping[str, PackageManager]] = {
    manager.name: manager
    for manager in (
        PackageManager(
            "npm",
            lock_files=("package-lock.json", "npm-shrinkwrap.json"),
            locked_install=make_install_command(f"npm ci {_NPM_OPTIONS}"),
            unlocked_install=make_install_command(f"npm install {_NPM_OPTIONS}"),
            option_separator="--",
        ),
        PackageManager(
            "pnpm",
            lock_files=("pnpm-lock.yaml",),
            locked_install="pnpm install --frozen-lockfile",
            unlocked_install="pnpm install --no-frozen-lockfile",
            package="pnpm",
            version="9.15.9",
        ),
        PackageManager(
            "yarn",
            lock_files=("yarn.lock",),
            locked_install="yarn install --frozen-lockfile",
            unlocked_install="yarn install",
            package="yarn",
            version="1.22.22",
        ),
        PackageManager(
            "bun",
            lock_files=("bun.lock", "bun.lockb"),
            locked_install="bun install --frozen-lockfile",
            unlocked_install="bun install",
            package="bun",
            version="1.3.5",
        ),
    )
}

MODERN_YARN: Final = PackageManager(
    "yarn",
    lock_files=("yarn.lock",),
    locked_install="yarn install --immutable",
    unlocked_install="yarn install --no-immutable",
    package="@yarnpkg/cli-dist",
    version="4.18.1",
)
"""Yarn 2 and later, which have another npm package and other options."""


def choose_package_manager(name: str, version: str = "") -> PackageManager:
    """Return the package manager with this name. `version` matters for Yarn only."""
    is_modern_yarn = name == MODERN_YARN.name and not version.startswith(("0.", "1.")) and version
    return MODERN_YARN if is_modern_yarn else PACKAGE_MANAGERS[name]
