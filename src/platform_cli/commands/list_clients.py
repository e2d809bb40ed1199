"""List the clients of this workspace.

Clients with errors in their file are included; `platform validate` shows the errors.

    platform list
    platform list --json
"""

from platform_cli.api.clients import inspections
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.clients import clients_data, show_clients


def run(session: Session) -> Data:
    """Data: {clients: [{client_id, valid, company_name, domain, ...}]}."""
    clients = inspections.list_clients(workspace=session.workspace)
    show_clients(session.screen, clients)
    return clients_data(clients)
