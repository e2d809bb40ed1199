"""Route requests on the emulator's port to the responsible application."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

from platform_cli.local.access.assumed_roles import issues_credentials, with_callers_key
from platform_cli.local.access.build_role import BuildRole
from platform_cli.local.access.grants import Grant, KeyRing, Role, replace_key
from platform_cli.local.access.hosts import WRONG_HOST, is_aws_host, is_loopback_host
from platform_cli.local.access.refusals import refuse, send_access_denied
from platform_cli.local.addresses import CONTROL_PATH, VENDOR_PATH
from platform_cli.local.builds.service import LocalBuildService
from platform_cli.local.server.asgi import (
    App,
    Message,
    Receive,
    Scope,
    Send,
    parse_headers,
    send_json,
    without_cors_headers,
)

_EMULATOR_ADMIN_PATHS = ("/_ministack/", "/_localstack/")
"""Administration paths of the emulator, including a reset. They would bypass the journal."""
FROM_PAGE = b"Refused: web pages may not call the embedded cloud.\n"
NO_KEY = "The request carries no valid access key of this embedded cloud."
NOT_IN_BUILD_ROLE = "The role of this build does not allow the request."


@dataclass(slots=True)
class Gateway:
    """Routes to the server's own applications first, then through the journal to the emulator."""

    emulator: App
    journaled: App
    control: App
    vendors: App
    builds: LocalBuildService
    key_ring: KeyRing
    on_startup: Callable[[], Awaitable[None]]
    on_stopping: Callable[[], Awaitable[None]]
    on_stopped: Callable[[], Awaitable[None]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._run_lifespan(scope, receive, send)
        elif _is_from_page(scope):
            await refuse(send, scope, FROM_PAGE)
        elif scope["path"].startswith((CONTROL_PATH + "/", VENDOR_PATH + "/")):
            await self._call_own_api(scope, receive, send)
        else:
            await self._call_aws(scope, receive, send)

    async def _call_own_api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a control request, or a request to a simulated vendor."""
        if scope["type"] != "http" or not is_loopback_host(scope):
            await refuse(send, scope, WRONG_HOST)
        elif scope["path"].startswith(VENDOR_PATH + "/"):
            await self.vendors(scope, receive, send)
        elif self.key_ring.is_owner(scope):
            await self.control(scope, receive, send)
        else:
            await refuse(send, scope, NO_KEY.encode())

    async def _call_aws(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an AWS request on with the account in place of its key."""
        grant = self.key_ring.find_grant(scope)
        if grant is None:
            await send_access_denied(scope, send, NO_KEY)
        elif not (is_loopback_host(scope) or is_aws_host(scope)):
            await refuse(send, scope, WRONG_HOST)
        else:
            await self._call_with_grant(grant, scope, receive, send)

    async def _call_with_grant(
        self, grant: Grant, scope: Scope, receive: Receive, send: Send
    ) -> None:
        match grant.rights:
            case BuildRole() as role:
                if allowed := role.rewrite_request(scope):
                    await self._route(allowed, receive, send)
                else:
                    await send_access_denied(scope, send, NOT_IN_BUILD_ROLE)
            case Role.OWNER | Role.FUNCTION:
                if issues_credentials(scope):
                    send = with_callers_key(send, grant)
                await self._route(replace_key(scope, grant), receive, send)
            case rights:
                assert_never(rights)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route an authorized AWS request."""
        send = without_cors_headers(send)
        if scope["type"] != "http":
            await self.emulator(scope, receive, send)
        elif scope["path"].startswith(_EMULATOR_ADMIN_PATHS):
            await send_json(send, 404, {"message": "not available in the embedded cloud"})
        elif self.builds.handles(target := parse_headers(scope).get("x-amz-target", "")):
            await self.builds(scope, receive, send, target)
        else:
            await self.journaled(scope, receive, send)

    async def _run_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the emulator's lifespan with ours nested inside: start after it, stop before it."""

        async def receive_and_stop() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self.on_stopping()
            return message

        async def start_and_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self.on_startup()
            elif message["type"] == "lifespan.shutdown.complete":
                await self.on_stopped()
            await send(message)

        await self.emulator(scope, receive_and_stop, start_and_send)


def _is_from_page(scope: Scope) -> bool:
    """Return whether a browser sends this. No browser has a reason to call this port.

    A plain GET, an image for example, carries no `Origin`. Newer browsers add `Sec-Fetch-Site` to
    it, and the key stops older ones.
    """
    return not {"origin", "sec-fetch-site"}.isdisjoint(parse_headers(scope))
