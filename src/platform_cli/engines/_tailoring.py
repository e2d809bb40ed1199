"""Fit an engine to one site: to the conventions of its generator, and to the client's settings.

The result is an engine like any other, so the buildspec, its digest, the source archive and the
local builds need no second path. An engine for one of our starters without settings is unchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Protocol

from platform_cli.engines import _node
from platform_cli.engines._conventions import NODE_VERSIONS, DetectedSite, UrlMethod
from platform_cli.engines._engine import (
    CHECKOUT_FOLDER,
    NODE,
    SECRET_CHECK,
    SITE_TOOLS,
    Engine,
    path_to_tools,
)
from platform_cli.engines._package_managers import PackageManager, choose_package_manager

RELEASE_ASSETS = "RELEASE_ASSETS"
"""Variable by which `publisher.py` keeps an asset without a hash in its name in its release."""


class BuildSettings(Protocol):
    """The settings of a client about the build of its site. None: as detected."""

    @property
    def root(self) -> str: ...
    @property
    def install_command(self) -> str | None: ...
    @property
    def build_command(self) -> str | None: ...
    @property
    def output(self) -> str | None: ...
    @property
    def node_version(self) -> int | None: ...
    @property
    def package_manager(self) -> str | None: ...
    @property
    def dev_command(self) -> str | None: ...
    @property
    def env(self) -> Mapping[str, str]: ...
    @property
    def not_found(self) -> str: ...
    @property
    def base_url(self) -> str | None: ...
    @property
    def build_secrets(self) -> Sequence[str]: ...
    @property
    def content(self) -> str: ...


def tailor_engine(
    engine: Engine,
    settings: BuildSettings,
    site: DetectedSite,
    *,
    has_preview_secrets: bool = False,
) -> Engine:
    """Return the engine that builds this site with these settings.

    `has_preview_secrets`: builds of previews get secrets, which no file may hold.
    """
    tailored = engine if site.is_starter else _follow_conventions(engine, site)
    output = settings.output or tailored.output
    has_secrets = bool(settings.build_secrets) or has_preview_secrets
    build = (
        *_url_commands(engine, settings, site),
        *_build_commands(engine, settings, site),
        *_completion_commands(settings, site, output),
        *(_secret_check_commands(settings, output) if has_secrets else ()),
    )
    tailored = replace(
        tailored,
        root=settings.root,
        checkout=CHECKOUT_FOLDER if settings.content == "source" else "",
        install=_install_commands(engine, settings, site),
        build=build,
        output=output,
        dev=settings.dev_command or tailored.dev,
        static=(PurePosixPath(settings.root) / tailored.static).as_posix(),
        runtimes=_runtimes(tailored, settings, site),
        variables={**tailored.variables, **settings.env},
    )
    if not (settings.root and tailored.caches):
        return tailored
    folder = _install_folder(settings, site)
    return replace(tailored, caches=tuple(f"{folder}/{name}" for name in tailored.caches))


def _follow_conventions(engine: Engine, site: DetectedSite) -> Engine:
    """Replace what our starter needs by what any site of this generator needs."""
    uses_npm = site.has_packages
    return replace(
        engine,
        version=site.version.value if site.version else engine.version,
        output=site.output.value if site.output else engine.conventions.output,
        dev=engine.conventions.dev or engine.dev,
        scratch=engine.conventions.scratch,
        caches=_node.CACHES if uses_npm else (),
        variables={
            **engine.variables,
            **(_node.VARIABLES if uses_npm else {}),
            RELEASE_ASSETS: "true",
        },
        excluded=_node.PACKAGES,
        runtimes={**engine.runtimes, **(_node.RUNTIMES if uses_npm else {})},
    )


def _install_commands(
    engine: Engine, settings: BuildSettings, site: DetectedSite
) -> tuple[str, ...]:
    if settings.install_command:
        return _run_in(settings.root, (settings.install_command,))
    if site.is_starter and not settings.package_manager:
        return _run_in(settings.root, engine.install)
    # An engine without Node.js may install packages of its own kind, too.
    own = _run_in(settings.root, () if engine.uses_node else engine.install)
    if not site.has_packages:
        return own
    version = site.manager_version.value if site.manager_version else ""
    commands = _package_manager(settings, site).install(
        version=version, is_locked=not site.lacks_lock
    )
    return (*own, *_run_in(_install_folder(settings, site), commands))


def _build_commands(engine: Engine, settings: BuildSettings, site: DetectedSite) -> tuple[str, ...]:
    conventions = engine.conventions
    if settings.build_command:
        return (*conventions.script_setup, settings.build_command)
    if site.is_starter:
        return tuple(_without_newer_options(command, engine, site) for command in engine.build)
    by_flag = choose_base_url(engine, settings, site) is UrlMethod.FLAG
    option = conventions.url_option if by_flag else ""
    if site.script:
        script = _package_manager(settings, site).run(site.script.value, option)
        return (*conventions.script_setup, script)
    return (f"{conventions.build} {option}".rstrip(),)


def _without_newer_options(command: str, engine: Engine, site: DetectedSite) -> str:
    """Remove the options that the site's version of the generator does not have."""
    major = int(site.version.value.split(".")[0]) if site.version else None
    for option, since in engine.options_since.items():
        if major is not None and major < since:
            command = command.replace(f" {option}", "")
    return command


def _url_commands(engine: Engine, settings: BuildSettings, site: DetectedSite) -> tuple[str, ...]:
    """Return the commands that pass on `SITE_URL`, the address at which the build is published."""
    conventions = engine.conventions
    match choose_base_url(engine, settings, site):
        case UrlMethod.FLAG:
            return conventions.url_setup
        case UrlMethod.ENV:
            variables = (("URL", "$SITE_URL"), *conventions.url_variables)
            return tuple(
                f'export {name}="{value}"' for name, value in variables if name not in settings.env
            )
        case UrlMethod.NONE:
            return ()


def choose_base_url(engine: Engine, settings: BuildSettings, site: DetectedSite) -> UrlMethod:
    """Return the way in which a build learns the address of its site."""
    if settings.base_url is not None:
        return UrlMethod(settings.base_url)
    if site.is_starter:
        return UrlMethod.NONE  # Our starters read it from `content.json`.
    is_generator = site.script is None or site.script_is_generator
    return (
        engine.conventions.base_url
        if is_generator and not settings.build_command
        else (UrlMethod.ENV)
    )


def _completion_commands(
    settings: BuildSettings, site: DetectedSite, output: str
) -> tuple[str, ...]:
    if site.is_starter and settings.not_found == "page":
        return ()  # Our starters have a page of their own.
    tool = f"python3 {_path_to_tools(settings)}{SITE_TOOLS}"
    return (f"{tool} complete {settings.not_found} {output}",)


def _secret_check_commands(settings: BuildSettings, output: str) -> tuple[str, ...]:
    """Return the last command of a build with secrets: no file may hold the value of one."""
    return (f"python3 {_path_to_tools(settings)}{SECRET_CHECK} {output}",)


def _path_to_tools(settings: BuildSettings) -> str:
    checkout = CHECKOUT_FOLDER if settings.content == "source" else ""
    return path_to_tools(PurePosixPath(checkout, settings.root).as_posix())


def _package_manager(settings: BuildSettings, site: DetectedSite) -> PackageManager:
    detected = site.package_manager.value if site.package_manager else "npm"
    version = site.manager_version.value if site.manager_version else ""
    return choose_package_manager(settings.package_manager or detected, version)


def _install_folder(settings: BuildSettings, site: DetectedSite) -> str:
    """Return the folder of the lock file: in a workspace of packages, it is above the site."""
    if site.lock_file is None:
        return settings.root
    folder = PurePosixPath(site.lock_file.evidence).parent.as_posix()
    return "" if folder == "." else folder


def _run_in(folder: str, commands: tuple[str, ...]) -> tuple[str, ...]:
    """Return commands that run in a folder of the source. All commands share one shell."""
    if not folder or not commands:
        return commands
    return (f"cd {folder}", *commands, 'cd "$OLDPWD"')


def _runtimes(engine: Engine, settings: BuildSettings, site: DetectedSite) -> Mapping[str, str]:
    if not engine.uses_node:
        return engine.runtimes
    detected = site.node_version.value if site.node_version and not site.is_starter else None
    version = settings.node_version or (detected if detected in NODE_VERSIONS else None)
    return {**engine.runtimes, NODE: str(version)} if version else engine.runtimes
