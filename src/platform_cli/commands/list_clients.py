"""The clients of this workspace.

A file that is not right is listed, too; `platform validate` says what is wrong with it.

    platform list
    platform list --json
"""

from pathlib import Path

from platform_cli.errors import ConfigError
from platform_cli.screen import Data
from platform_cli.session import Session

COLUMNS = {
    "client_id": "client",
    "company_name": "company",
    "domain": "domain",
    "service_tier": "tier",
    "stack_type": "stack",
    "ssg_engine": "engine",
    "environments": "environments",
}


def run(session: Session) -> Data:
    """Data: {clients: [{client_id, valid, company_name, domain, ...}]}."""
    workspace = session.workspace
    clients = [_client(workspace.client_file(each)) for each in workspace.client_ids()]
    for each in clients:
        if not each["valid"]:
            session.screen.warn(f"{each['client_id']} is not valid: see `platform validate`")
    rows = [[each.get(key) for key in COLUMNS] for each in clients]
    if clients:
        session.screen.table("Clients", list(COLUMNS.values()), rows)
    else:
        session.screen.say("There is no client yet: platform new-client ID")
    return {"clients": clients}


def _client(file: Path) -> Data:
    from platform_cli.config.load import load_environments

    try:
        configs = load_environments(file)
    except ConfigError as error:
        return {"client_id": file.stem, "valid": False, "findings": len(error.findings)}
    config = next(iter(configs.values()))
    return {
        "client_id": config.client_id,
        "valid": True,
        "company_name": config.company_name,
        "domain": config.domain,
        "service_tier": config.service_tier,
        "integration_mode": config.service_integration.integration_mode,
        "ssg_engine": config.service_integration.ssg_engine,
        "stack_type": config.stack_type,
        "deployment_name": config.deployment_name,
        "environments": list(configs),
        "labels": config.labels,
    }
