"""Begin a client: its file, and the source of its site.

Asks for what the options leave open, where there is a terminal. Never overwrites.

    platform new-client acme
    platform new-client acme --template tier1-composed --cms sanity --commerce shopify
    platform new-client acme --cms decap --setting repository=github:acme/site --no-input
"""

from typing import Annotated

import typer

from platform_cli.commands._begin import begin, free
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_core.provider import Kind


def run(
    session: Session,
    client_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Its id.")] = None,
    *,
    template: Annotated[
        str | None,
        typer.Option(help="A way to begin, such as tier1-composed; a wrong one lists them."),
    ] = None,
    cms: Annotated[str | None, typer.Option(help="Where articles and pages are written.")] = None,
    commerce: Annotated[str | None, typer.Option(help="Where products are sold.")] = None,
    engine: Annotated[str | None, typer.Option(help="The site generator.")] = None,
    mode: Annotated[str | None, typer.Option(help="direct or event_driven.")] = None,
    domain: Annotated[str | None, typer.Option(help="Such as acme.example.")] = None,
    company: Annotated[str | None, typer.Option(help="The company's name.")] = None,
    email: Annotated[str | None, typer.Option(help="Whom to write to.")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A setting of a provider; repeatable."),
    ] = None,
) -> Data:
    """Data: {client_id, file, source, engine, stack_type, examples}."""
    from platform_cli.commands._interview import Answers, interview

    chosen = {Kind.CMS: cms, Kind.COMMERCE: commerce}
    if client_id is not None:
        free(session.workspace, client_id)
    answers = Answers(
        client_id, template, chosen, engine, mode, domain, company, email, setting or []
    )
    return begin(session, interview(session, answers))
