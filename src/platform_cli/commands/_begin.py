"""A client begins: its file, and its site beside it; whole, or not at all."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.errors import ConfigError, UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.workspace import CLIENT_ID, Workspace, shipped, write_whole

if TYPE_CHECKING:
    from platform_cli.config.draft import Draft
    from platform_cli.config.model import ClientServiceConfig


def begin(session: Session, draft: "Draft") -> Data:
    """Write the client, scaffold its site, and say what is next. Never overwrites.

    Data: {client_id, file, source, engine, stack_type, examples}.
    """
    file = free(session.workspace, draft.client_id)
    config = _checked(draft.text(), file)
    source = session.workspace.site_source(draft.client_id)
    _scaffold(source, config)
    _write(file, draft)
    _say_what_next(session, draft, file)
    return {
        "client_id": draft.client_id,
        "file": str(file),
        "source": str(source),
        "engine": draft.engine,
        "stack_type": config.stack_type,
        "examples": draft.examples(),
    }


def free(workspace: Workspace, client_id: str) -> Path:
    """The file of a client that does not exist yet."""
    file = workspace.clients / f"{client_id}.yaml"
    if CLIENT_ID.fullmatch(client_id) and file.exists():
        raise UsageError(f"there is a client {client_id!r} already", hint=f"see {file}")
    return file


def _checked(text: str, file: Path) -> "ClientServiceConfig":
    """The config that the text would be; its findings concern the options, not yet a file."""
    from platform_cli.config.document import parse
    from platform_cli.config.load import check

    try:
        return check(parse(text), file, "prod")["prod"]
    except ConfigError as error:
        found = tuple(replace(each, where="", excerpt="") for each in error.findings)
        raise ConfigError(found) from None


def _scaffold(source: Path, config: "ClientServiceConfig") -> None:
    """The engine's starter as the site's source, with what an editor of its own build wants there:
    whole, or not at all. An existing one stays."""
    from platform_cli import engines
    from platform_cli.deploy import editor
    from platform_core.providers.editing import FileOwner

    if source.exists():
        return
    engine = engines.engine(config.service_integration.ssg_engine)
    starter = engine.starter(shipped("templates"))
    draft = source.with_name(f".{source.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        engines.lay(starter, draft)
        for path, content in editor.overlay(
            config, engine, f"https://{config.domain}", FileOwner.CLIENT
        ).items():
            place = draft / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        draft.rename(source)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(file: Path, draft: "Draft") -> None:
    """Last, so that a client exists with its site or not at all."""
    from platform_cli.config import schema

    described = file.with_name(schema.FILE)
    if not described.exists():
        write_whole(described, schema.text())
    try:
        write_whole(file, draft.text(), replace=False)
    except FileExistsError:
        raise UsageError(f"there is a client {draft.client_id!r} already") from None


def _say_what_next(session: Session, draft: "Draft", file: Path) -> None:
    from platform_cli.config.load import display
    from platform_core import providers

    say = session.screen.say
    say(f"{draft.client_id} is begun: {display(file)}, and its site in {file.stem}/ beside it.")
    for key in draft.examples():
        session.screen.warn(f"{key} is an example; write your own into {display(file)}")
    say("Next:")
    say(f"  platform validate {draft.client_id}")
    say(f"  platform deploy {draft.client_id} --local")
    for name in draft.chosen.values():
        for secret in providers.load_manifest(name).needs.secrets:
            say(f"  platform secrets set {draft.client_id} {name} {secret.name}")
