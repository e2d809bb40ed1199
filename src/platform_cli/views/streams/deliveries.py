"""View of deliveries and of their effects, one line for each step."""

from dataclasses import asdict

from platform_cli.api.deliveries.events import DeliveryTrace, ReceivedDelivery
from platform_cli.api.deliveries.listening import Heard, RefusedRequest
from platform_cli.sanitize import one_line
from platform_cli.screen import Data, Screen
from platform_cli.times import format_time
from platform_core.contract.status import BuildStatus, DeliveryStatus

ID_WIDTH = 40
STATUS_WIDTH = 11


def show_followed_delivery(screen: Screen, delivery: ReceivedDelivery) -> None:
    """Show a delivery in one line: time, status, id and the reason of a failure."""
    _show_line(
        screen, delivery.received_at, delivery.status or "", delivery.id, delivery.reason or ""
    )


def followed_delivery_data(delivery: ReceivedDelivery) -> Data:
    """Return a delivery as JSON data."""
    return asdict(delivery)


def show_heard(screen: Screen, client: str, heard: Heard) -> None:
    """Show a step of a delivery, or a refused request, in one line."""
    if isinstance(heard, RefusedRequest):
        answer = f"answered {heard.status}: {heard.reason or heard.outcome}"
        _show_line(screen, format_time(heard.received_at), heard.outcome, heard.provider, answer)
        return
    effect = describe_effect(heard, client)
    _show_line(screen, heard.received_at, heard.status or "", heard.id[:ID_WIDTH], effect)


def describe_effect(trace: DeliveryTrace, client: str) -> str:
    """Describe the newest effect of a delivery."""
    if trace.status == DeliveryStatus.PENDING:
        return f"attempt {trace.attempts} failed: {trace.reason}" if trace.reason else "received"
    if trace.reason:
        return trace.reason
    if trace.changed is None:
        return "changes no page"
    if trace.live:
        return "live on the site"
    if trace.build is None:
        return f"change {trace.changed}, waits for a build"
    if trace.build_status in {BuildStatus.FAILED, BuildStatus.HELD}:
        return f"build {trace.build_status}: platform builds {client} --log {trace.build}"
    return f"build {trace.build} {trace.build_status}"


def heard_data(heard: Heard) -> Data:
    """Return a step of a delivery, or a refused request, as JSON data."""
    if isinstance(heard, RefusedRequest):
        received_at = format_time(heard.received_at)
        return {"kind": "refused", **asdict(heard), "received_at": received_at}
    return {"kind": "delivery", **asdict(heard)}


def _show_line(screen: Screen, at: str | None, status: str, subject: str, text: str) -> None:
    time = (at or "")[:19].replace("T", " ")
    line = f"{time}  {status:<{STATUS_WIDTH}}  {subject}  {text}"
    screen.write(one_line(line.rstrip()))
