"""The clients of this workspace.

platform list
platform list --json
"""

from platform_cli.screen import Data
from platform_cli.session import Session


def run(session: Session) -> Data:
    """Data: {clients: [{client_id}]}."""
    clients = [{"client_id": client_id} for client_id in session.workspace.client_ids()]
    session.screen.table("Clients", ["client"], [[each["client_id"]] for each in clients])
    return {"clients": clients}
