"""Examine an existing site, and create a client for it.

It reads the files of a folder or of a Git repository, over https or ssh, and runs nothing of them.
It reports the build, the providers, redirects, headers, variables and secrets, and names the parts
that will not work after the move, each with a way out. A folder is copied into the client's folder;
a repository on GitHub stays the source of the builds. It never overwrites a file.

    platform adopt ../acme-site
    platform adopt https://github.com/acme/site acme --dry-run
    platform adopt github:acme/monorepo acme --root apps/web
"""

from typing import Annotated

import typer

from platform_cli.api.clients.adoptions import AdoptionOptions, adopt_site
from platform_cli.commands._arguments import Details
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.adoption import adoption_data, show_adoption

Source = Annotated[
    str,
    typer.Argument(metavar="DIR|GIT_URL", help="Folder or repository of the site; URL#BRANCH."),
]
ClientId = Annotated[
    str | None,
    typer.Argument(metavar="[ID]", help="Id of the new client; by default, from its name."),
]
Root = Annotated[
    str | None, typer.Option(metavar="DIR", help="Folder of the source that holds the site.")
]
BuildCommand = Annotated[
    str | None, typer.Option(help="Command that builds the site; by default, as detected.")
]
Output = Annotated[
    str | None, typer.Option(metavar="DIR", help="Folder that the build fills, in the root.")
]
Domain = Annotated[str | None, typer.Option(help="Domain of the site, such as acme.example.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Report, and write nothing.")]


def run(
    session: Session, source: Source, client_id: ClientId = None, *, root: Root = None,
    build_command: BuildCommand = None, output: Output = None, domain: Domain = None,
    dry_run: DryRun = False, details: Details = False,
) -> Data:  # fmt: skip
    """Data: {client_id, file, written, source, repository, facts, providers, content, redirects,
    headers, forms, variables, secrets, obstacles, warnings, examples, needed_secrets}."""
    adoption = adopt_site(
        source,
        AdoptionOptions(client_id, domain, root, build_command, output),
        dry_run=dry_run,
        workspace=session.workspace,
        progress=session.screen,
    )
    show_adoption(session.screen, adoption, source, details=details)
    return adoption_data(adoption)
