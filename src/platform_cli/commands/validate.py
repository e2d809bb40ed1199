"""Check clients' files: every finding with its line, and what would be right.

Without names it checks all of them.

    platform validate
    platform validate acme bravo --json
"""

from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands._arguments import Clients
from platform_cli.errors import ConfigError, Finding, UsageError
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.config.load import Configs


def run(
    session: Session,
    clients: Clients = None,
    *,
    everyone: Annotated[
        bool, typer.Option("--all", help="Every client; so it is where none is named.")
    ] = False,
) -> Data:
    """Data: {clients: [{client_id, environments, stack_type, level, reason, hint}]}."""
    from platform_cli.config.load import load_environments

    workspace = session.workspace
    if clients and everyone:
        raise UsageError("name clients, or pass --all, but not both")
    findings: list[Finding] = []
    valid = []
    for client_id in clients or workspace.client_ids():
        try:
            configs = load_environments(workspace.client_file(client_id))
        except (ConfigError, UsageError) as error:
            findings += error.findings
        else:
            valid.append(_described(session, configs))
    if valid:
        keys = ("client_id", "environments", "stack_type", "level")
        rows = [["ok", *(each[key] for key in keys)] for each in valid]
        session.screen.table("", ["", "client", "environments", "stack", "fit"], rows)
    elif not findings:
        session.screen.say("There is no client yet: platform new-client ID")
    if findings:
        raise ConfigError(tuple(findings))
    return {"clients": valid}


def _described(session: Session, configs: "Configs") -> Data:
    """One client, and what is worth a warning."""
    from platform_cli.resolve.compatibility import Level, assess

    config = next(iter(configs.values()))
    chosen = config.service_integration
    cms, shop = chosen.cms_config, chosen.ecommerce_config
    fit = assess(
        chosen.ssg_engine,
        cms=cms.provider if cms else None,
        ecommerce=shop.provider if shop else None,
    )
    worth_saying = [fit.hint] if fit.level is Level.NATIVE else [fit.reason, fit.hint]
    for each in filter(None, worth_saying):
        session.screen.warn(f"{config.client_id}: {each}")
    source = session.workspace.site_source(config.client_id)
    if config.site.source == "local" and not source.is_dir():
        session.screen.warn(f"{config.client_id}: its site has no source, {source} is missing")
    return {
        "client_id": config.client_id,
        "environments": list(configs),
        "stack_type": config.stack_type,
        "level": fit.level,
        "reason": fit.reason,
        "hint": fit.hint,
    }
