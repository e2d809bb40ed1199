"""Views of logs and of the embedded cloud."""

from typing import Final

from platform_cli.local.addresses import describe_move
from platform_cli.local.cloud import Status
from platform_cli.operations.logs import LogLine
from platform_cli.sanitize import one_line
from platform_cli.screen import Data, Screen

HIDDEN_FIELDS: Final = frozenset(
    {"level", "timestamp", "location", "service", "client_id", "environment", "_aws"}
)
"""Fields of a log line that its other columns show, or that only programs read."""


def format_log_line(line: LogLine) -> str:
    """Format a log line for a terminal: time, source, level, message and the other fields."""
    fields = line.fields
    message = fields.pop("message", "")
    level = fields.get("level", "")
    rest = " ".join(f"{key}={value}" for key, value in fields.items() if key not in HIDDEN_FIELDS)
    return one_line(f"{line.timestamp}  {line.source:<16} {level!s:<7} {message} {rest}".rstrip())


def log_line_data(line: LogLine) -> Data:
    """Return a log line as JSON data."""
    fields = line.fields
    return {
        "at": line.timestamp,
        "source": line.source,
        "level": fields.get("level"),
        "message": fields.get("message", ""),
        "fields": fields,
    }


def show_cloud(screen: Screen, status: Status) -> None:
    """Show the state of the embedded cloud, and the clients that it serves."""
    if status.running:
        screen.say(f"The embedded cloud runs (process {status.pid}) at {status.aws_endpoint}.")
    else:
        screen.say("The embedded cloud is not running. `platform deploy CLIENT --local` starts it.")
    rows = [[name, addresses.site_url] for name, addresses in (status.clients or {}).items()]
    screen.table("Clients", ["client", "site"], rows)
    if rows:
        screen.say("`platform status CLIENT --local` shows a client's webhook addresses.")
    for name, addresses in (status.clients or {}).items():
        if addresses.moved_from:
            screen.warn(f"{name}: {describe_move(addresses.moved_from, addresses.site_url)}")
    if status.trouble:
        screen.warn(f"it refuses changes because it cannot save them: {status.trouble}")
    screen.say(f"Its state is in {status.state_dir}, its log in {status.log_file}.")


def cloud_data(status: Status) -> Data:
    """Return the state of the embedded cloud as JSON data."""
    return {
        "running": status.running,
        "pid": status.pid,
        "aws_endpoint": status.aws_endpoint,
        "state_dir": str(status.state_dir),
        "log_file": str(status.log_file),
        "trouble": status.trouble or None,
        "clients": {
            name: {
                "site_url": addresses.site_url,
                "webhook_base_url": addresses.webhook_base_url,
                "content_api_url": addresses.content_api_url,
                "moved_from": addresses.moved_from or None,
            }
            for name, addresses in (status.clients or {}).items()
        },
    }
