"""Create a client: its file, and the source of its site.

In a terminal it asks for missing options. It never overwrites a file.

    platform new-client acme
    platform new-client acme --template tier1-composed --cms sanity --commerce shopify
    platform new-client acme --cms decap --setting repository=github:acme/site --no-input
    platform new-client acme --from github:agency/starter#v2 --cms sanity

With --from the site is a copy of a repository or a folder, in place of a starter. Nothing of it
runs. `adopt` also finds the CMS and the shop that a site has.
"""

from typing import Annotated

import typer

from platform_cli.api.clients.drafts import ClientOptions
from platform_cli.api.clients.scaffolds import require_new_client, scaffold_client
from platform_cli.api.clients.site_templates import open_template
from platform_cli.prompts.new_client import ask_missing_options
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.clients import created_client_data, show_created_client
from platform_core.provider import Kind

ClientId = Annotated[str | None, typer.Argument(metavar="[ID]", help="Id of the new client.")]
Template = Annotated[
    str | None,
    typer.Option(help="Kind of site, such as tier1-composed; an unknown name lists all."),
]
Cms = Annotated[str | None, typer.Option(help="CMS for articles and pages.")]
Commerce = Annotated[str | None, typer.Option(help="Shop that sells the products.")]
Engine = Annotated[str | None, typer.Option(help="Site generator.")]
Mode = Annotated[str | None, typer.Option(help="Integration mode: direct or event_driven.")]
Domain = Annotated[str | None, typer.Option(help="Domain of the site, such as acme.example.")]
Company = Annotated[str | None, typer.Option(help="Company name.")]
Email = Annotated[str | None, typer.Option(help="Contact e-mail address.")]
Setting = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=VALUE", help="Setting of a provider; repeatable."),
]
Source = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="GIT_URL[#REF]|DIR",
        help="Copy the site from a repository, its branch or tag, or a folder.",
    ),
]


def run(
    session: Session, client_id: ClientId = None, *, template: Template = None, cms: Cms = None,
    commerce: Commerce = None, engine: Engine = None, mode: Mode = None, domain: Domain = None,
    company: Company = None, email: Email = None, setting: Setting = None,
    source: Source = None,
) -> Data:  # fmt: skip
    """Data: {client_id, file, source, engine, stack_type, examples}."""
    if client_id is not None:
        require_new_client(client_id, workspace=session.workspace)
    options = ClientOptions(
        client_id=client_id,
        template=template,
        providers={Kind.CMS: cms, Kind.COMMERCE: commerce},
        engine=engine,
        mode=mode,
        domain=domain,
        company=company,
        email=email,
        settings=tuple(setting or ()),
    )
    with open_template(source, progress=session.screen) as site:
        known = options if site is None else site.apply(options)
        options = ask_missing_options(session.screen, known)
        client = scaffold_client(options, template=site, workspace=session.workspace)
    show_created_client(session.screen, client)
    return created_client_data(client)
