"""Forward a request to an HTTP API of the emulator, unchanged."""

from platform_cli.local.emulator.client import Emulator
from platform_cli.local.server.asgi import (
    Receive,
    Scope,
    Send,
    get_raw_path,
    without_cors_headers,
)
from platform_cli.local.sites.login import SIMULATED_PAGE, send_simulated_login


async def forward_to_api(
    emulator: Emulator, api_id: str, scope: Scope, receive: Receive, send: Send
) -> None:
    """Let the API answer the request, as API Gateway or CloudFront does on AWS.

    The simulated login page, which stands in for a page of another site, needs no API.
    """
    if (scope["method"], scope["path"]) == ("GET", SIMULATED_PAGE):
        await send_simulated_login(scope, send)
        return
    prefix = f"/_aws/execute-api/{api_id}/$default"
    forwarded_scope = {
        **scope,
        "path": prefix + scope["path"],
        "raw_path": (prefix + get_raw_path(scope)).encode("latin-1"),
    }
    await emulator.app(forwarded_scope, receive, without_cors_headers(send))
