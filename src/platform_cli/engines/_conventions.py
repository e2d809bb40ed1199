"""Describe the conventions of a generator's own sites, and what is detected in one of them.

A site that is not one of our starters follows the conventions of its generator: the names of its
config files, its npm package, its own build command and output folder.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

STARTER_MARKER: Final = "design/words.json"
"""A file of every starter. A site is one of our starters as long as it has this file."""

NODE_VERSIONS: Final = (18, 20, 22, 24)
"""Major versions of Node.js in CodeBuild's image `amazonlinux-aarch64-standard:3.0`.

https://github.com/aws/aws-codebuild-docker-images, al/aarch64/standard/3.0/runtimes.yml at eacc404,
read on 2026-12-01. Not tried on AWS.
"""

DEFAULT_NODE_VERSION: Final = 22

T = TypeVar("T")


class UrlMethod(StrEnum):
    """The way in which a build learns the address of its site."""

    FLAG = "flag"
    ENV = "env"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Conventions:
    """Conventions of the sites that one generator builds. Commands are shell commands."""

    configs: tuple[str, ...] = ()
    """Names of its config files."""
    package: str = ""
    """Its npm package or gem."""
    versions: tuple[int, ...] = ()
    """Supported major versions. Empty if the platform installs the generator itself."""
    scripts: tuple[str, ...] = ("build",)
    """Scripts of `package.json` that build the site, the best first."""
    program: str = ""
    """Program that a script calls, to find scripts that accept its options."""
    build: str = ""
    """Build command without a script. Empty if only the site knows it."""
    dev: str = ""
    """Its development server. Empty if it is the one of our starter."""
    output: str = ""
    output_setting: str = ""
    """Pattern of the output folder in a config file, which is its first group."""
    output_option: str = ""
    """Pattern of the option that names the output folder, such as `--output`."""
    scratch: tuple[str, ...] = ()
    script_setup: tuple[str, ...] = ()
    """Commands that a script needs before it."""
    url_setup: tuple[str, ...] = ()
    """Commands that `url_option` needs before the build."""
    url_option: str = ""
    """Option of the generator's own command that sets the site's address, `$SITE_URL`."""
    url_variables: tuple[tuple[str, str], ...] = ()
    """Environment variables that sites of this generator read, with their values."""

    @property
    def base_url(self) -> UrlMethod:
        """The default for a build by the generator's own command."""
        return UrlMethod.FLAG if self.url_option else UrlMethod.ENV


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A detected value, and its evidence: the path of a file in the site's source."""

    value: T
    evidence: str


@dataclass(frozen=True, slots=True)
class DetectedSite:
    """The facts that the files of a site show. None or empty if no file shows it."""

    is_starter: bool = False
    """Whether it is one of our starters."""
    engine: Fact[str] | None = None
    version: Fact[str] | None = None
    """Version of the generator, such as `15.1.0`. From `package.json` alone it is the lowest one
    of the range there."""
    has_packages: bool = False
    """Whether there is a `package.json`."""
    package_manager: Fact[str] | None = None
    manager_version: Fact[str] | None = None
    lock_file: Fact[str] | None = None
    """Path of the lock file."""
    node_version: Fact[int] | None = None
    """Major version that the site asks for. It may be none that builds offer."""
    script: Fact[str] | None = None
    """Name of the script in `package.json` that builds the site."""
    script_is_generator: bool = False
    """Whether the script calls the generator only, so that it accepts the generator's options."""
    output: Fact[str] | None = None
    rule_files: tuple[str, ...] = ()
    """Paths of the files `_redirects` and `_headers` that its build copies."""

    @property
    def lacks_lock(self) -> bool:
        """Whether two builds can get different packages."""
        return self.has_packages and self.lock_file is None


STARTER: Final = DetectedSite(is_starter=True)
"""A site that is one of our starters, without a look at its files."""
