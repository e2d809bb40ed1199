"""Compare and repair each vendor's webhook registrations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from platform_cli.errors import PlatformError
from platform_core import providers
from platform_core.errors import PipelineError, Refused, SecretMissing
from platform_core.provider import Context, Hook


class RegistrationState(StrEnum):
    REGISTERED = "registered"
    MISSING = "missing"
    FORMER = "former address"
    """Delivers to a former address, which ends a week after the rotation."""
    BROKEN = "broken"
    """Registered, but switched off or failing."""
    MANUAL = "by hand"
    """The vendor has no API for it, or no token permits its use."""
    UNKNOWN = "could not check"


@dataclass(frozen=True, slots=True)
class Registration:
    """One provider's webhooks that deliver to this client."""

    provider: str
    address: str
    state: RegistrationState
    hooks: Sequence[Hook] = ()
    note: str = ""
    steps: Sequence[str] = ()
    """Steps for a person, if the vendor has no API."""

    @property
    def is_healthy(self) -> bool:
        """Return whether no problem is known."""
        return self.state not in {
            RegistrationState.MISSING,
            RegistrationState.FORMER,
            RegistrationState.BROKEN,
        }


def check_registration(provider: str, address: str, context: Context) -> Registration:
    """Read the registration at the vendor. Changes nothing."""
    return _call_vendor(provider, address, context, change=False)


def register_webhooks(provider: str, address: str, context: Context) -> Registration:
    """Create or repair the webhooks of this address. Without an API, return the steps."""
    return _call_vendor(provider, address, context, change=True)


def check_health(provider: str, address: str, context: Context) -> Registration:
    """Check a registration for a status report. An unreachable vendor gives `UNKNOWN`."""
    try:
        registration = check_registration(provider, address, context)
    except PlatformError as error:
        return Registration(provider, address, RegistrationState.UNKNOWN, note=str(error))
    return (
        replace(registration, state=RegistrationState.UNKNOWN)
        if registration.state is RegistrationState.MANUAL
        else registration
    )


def _call_vendor(provider: str, address: str, context: Context, *, change: bool) -> Registration:
    module = providers.load_managed_registration(provider)
    if module is None:
        return _make_manual(provider, address, context, "the vendor has no API for it")
    try:
        hooks = module.register(context, address) if change else module.hooks(context)
    except SecretMissing:
        return _make_manual(provider, address, context, f"{module.MANAGE_TOKEN} is not set")
    except Refused as reason:
        return _make_manual(provider, address, context, str(reason))
    except PipelineError as error:
        return Registration(provider, address, RegistrationState.UNKNOWN, note=str(error))
    current = tuple(hook for hook in hooks if hook.address == address)
    if former := _find_unmoved(hooks, current, context):
        note = f"delivers to a former address: run `platform webhooks register {context.client_id}`"
        return Registration(provider, address, RegistrationState.FORMER, former, note)
    return Registration(provider, address, _state(current), current, _trouble(current))


def _find_unmoved(
    hooks: Sequence[Hook], current: Sequence[Hook], context: Context
) -> tuple[Hook, ...]:
    """Return the webhooks at a former address that send an event which no current one sends.

    Some vendors have a webhook for each event, so a registration that stopped halfway has both.
    """
    topics = {topic for hook in current for topic in hook.topics}
    return tuple(
        hook
        for hook in hooks
        if hook not in current
        and context.is_own_address(hook.address)
        and not (current and topics.issuperset(hook.topics))
    )


def _make_manual(provider: str, address: str, context: Context, note: str) -> Registration:
    steps = tuple(providers.load_registration(provider).instructions(context, address))
    return Registration(provider, address, RegistrationState.MANUAL, note=note, steps=steps)


def _state(hooks: Sequence[Hook]) -> RegistrationState:
    if not hooks:
        return RegistrationState.MISSING
    is_healthy = all(hook.active and not hook.trouble for hook in hooks)
    return RegistrationState.REGISTERED if is_healthy else RegistrationState.BROKEN


def _trouble(hooks: Sequence[Hook]) -> str:
    return "; ".join(
        hook.trouble or "switched off" for hook in hooks if hook.trouble or not hook.active
    )
