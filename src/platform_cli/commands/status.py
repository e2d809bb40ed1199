"""Show a client's stack, releases, builds, pending deliveries and webhooks.

platform status acme
platform status acme --env staging --json
"""

from platform_cli.api.deployments import statuses
from platform_cli.commands._arguments import Client, Details, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.status import show_status, status_data


def run(
    session: Session,
    client: Client,
    env: Env = None,
    local: Local = False,
    details: Details = False,
) -> Data:
    """Data: {client_id, environment, target, stack, site, pending, dead_letters, ...addresses,
    webhooks: [{provider, state, note, looked_at, missed, address}], former_webhooks_until,
    ending_deliveries, next_deletion, data_requests, form_entries, failed_form_mails, content:
    {read_at, left_out, passed_over, moves}}.
    `looked_at`: time of the last comparison of the vendor's content with ours; null: never, or the
    vendor lists no content. `former_webhooks_until`: end of the former addresses, or null.
    `ending_deliveries`: failed deliveries that are deleted within 14 days. `data_requests`:
    customers who asked for their stored data in the last 30 days. `content`: numbers of items that
    are not on the site, and of documents and parts that were not used, by reason; null before the
    first build."""
    with session.screen.step(f"Reading the status of {client}"):
        status = statuses.status(client, **session.location(env, local=local))
    show_status(session.screen, status, details=details)
    return status_data(status)
