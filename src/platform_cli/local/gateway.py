"""The front door of the emulator's port: who answers which request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from platform_cli.local.addresses import CONTROL, VENDORS
from platform_cli.local.asgi import App, Message, Receive, Scope, Send, answer_json
from platform_cli.local.builds import Builds

_WITHHELD = ("/_ministack/", "/_localstack/")
"""The emulator's own switches (a reset among them) would go past our journal."""


@dataclass(slots=True)
class Gateway:
    """Our own rooms first, then the journal, and behind it the emulator."""

    emulator: App
    journaled: App
    control: App
    vendors: App
    builds: Builds
    opened: Callable[[], Awaitable[None]]
    closing: Callable[[], Awaitable[None]]
    closed: Callable[[], Awaitable[None]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] != "http":
            await self.emulator(scope, receive, send)
        elif scope["path"].startswith(CONTROL + "/"):
            await self.control(scope, receive, send)
        elif scope["path"].startswith(VENDORS + "/"):
            await self.vendors(scope, receive, send)
        elif scope["path"].startswith(_WITHHELD):
            await answer_json(send, 404, {"message": "not offered by the embedded cloud"})
        elif self.builds.answers(target := _target(scope)):
            await self.builds(scope, receive, send, target)
        else:
            await self.journaled(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The emulator's lifespan, with ours inside: open after it opened, close before it."""

        async def hear() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self.closing()
            return message

        async def say(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self.opened()
            elif message["type"] == "lifespan.shutdown.complete":
                await self.closed()
            await send(message)

        await self.emulator(scope, hear, say)


def _target(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name.lower() == b"x-amz-target":
            return str(value.decode("latin-1"))
    return ""
