"""Views of the demo."""

import shutil
import sys
from dataclasses import asdict
from pathlib import Path

from platform_cli.api.operations.demo import PageChange
from platform_cli.config.load import relative_path
from platform_cli.sample_deliveries.deliveries import SampleItem
from platform_cli.screen import Data, Screen
from platform_cli.views.deliveries import show_live_change


def show_demo(screen: Screen, change: PageChange) -> None:
    """Show the response to the webhook, and the page before and after it."""
    show_live_change(screen, change.site_url, change.live)
    screen.say(f"Webhook   {change.status} in {round(change.ack_seconds * 1000)} ms")
    screen.say(f"Page      {change.site_url}{change.page}")
    screen.say(f"  before  {change.before}")
    screen.say(f"  after   {change.after}")
    screen.say(f"From the webhook to the page: {change.live.live_seconds} s.")


def show_next_steps(screen: Screen, client: str, item: SampleItem, webhook_address: str) -> None:
    """Show commands to try after the demo."""
    program = program_name()
    for line in (
        "",
        f"Webhooks  {webhook_address}",
        f"Try       {program} send {client} {item.provider} {item.event} --wait",
        f"          {program} events {client}",
        f"          {program} builds {client}",
        f"          {program} rollback {client}",
        f"Stop      {program} local stop",
    ):
        screen.say(line)


def program_name() -> str:
    """Return the words that call this program in the user's shell.

    `make demo` installs the program into a virtual environment that the shell does not search.
    """
    called = Path(sys.argv[0])
    if called.name != "platform" or shutil.which("platform"):
        return "platform"
    return relative_path(called)


def demo_data(client: str, item: SampleItem, webhook_base_url: str, change: PageChange) -> Data:
    """Return the demo as JSON data."""
    return {
        "client_id": client,
        "site_url": change.site_url,
        "webhook_base_url": webhook_base_url,
        "provider": item.provider,
        "event": item.event,
        "page": change.page,
        "before": change.before,
        "after": change.after,
        "status": change.status,
        "ack_seconds": change.ack_seconds,
        **asdict(change.live),
    }
