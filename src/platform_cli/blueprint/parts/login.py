"""Login: the relay through which the editor in the browser logs in to GitHub. It stores nothing."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from platform_cli.blueprint.binding import PartContext
from platform_cli.blueprint.stores import Expiry, LogAlarm, Store
from platform_core import contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The relay of one provider's editor: its API at a path of the site, and the function."""

    swept: ClassVar[tuple[str, ...]] = ()
    expiries: ClassVar[tuple[Expiry, ...]] = ()

    provider: str
    """The provider that keeps the secret of the OAuth app."""
    client_id: str
    scope: str
    kind: Literal["login"] = "login"

    @classmethod
    def compose(cls, settings: object, context: PartContext) -> Self | None:
        """Make the relay of a provider whose settings name an OAuth app."""
        for binding in context.bindings:
            if client_id := binding.settings.get(contract.LOGIN_CLIENT_SETTING):
                scope = binding.settings.get(contract.LOGIN_SCOPE_SETTING)
                return cls(
                    provider=binding.provider,
                    client_id=str(client_id),
                    scope=str(scope or contract.LOGIN_DEFAULT_SCOPE),
                )
        return None

    @property
    def stores(self) -> tuple[Store, ...]:
        return ()

    @property
    def log_alarms(self) -> tuple[LogAlarm, ...]:
        return ()
