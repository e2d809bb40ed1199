"""Print the JSON Schema of a client's file, or the OpenAPI document of the content API.

`--write` saves the schema to clients/client.schema.json, where editors find it.

    platform schema
    platform schema --write
    platform schema --openapi
"""

import json
from typing import Annotated

import typer

from platform_cli.api.clients.scaffolds import write_config_schema
from platform_cli.config import schema
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_core.content import http_api


def run(
    session: Session,
    write: Annotated[
        bool, typer.Option("--write", help="Write clients/client.schema.json.")
    ] = False,
    openapi: Annotated[
        bool, typer.Option("--openapi", help="Print the OpenAPI document of a site's content API.")
    ] = False,
) -> Data:
    """Data: {schema} or {path}."""
    if openapi:
        document = http_api.openapi_document()
        session.screen.write(json.dumps(document, indent=2))
        return {"schema": document}
    if write:
        path = write_config_schema(workspace=session.workspace)
        session.screen.say(f"Wrote {path}.")
        return {"path": str(path)}
    session.screen.write(schema.schema_text().rstrip("\n"))
    return {"schema": schema.build_schema()}
