"""The webhooks at each vendor: what is there, what lacks, and how it is mended."""

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
    BROKEN = "broken"
    """It is there, and is switched off or has trouble."""
    MANUAL = "by hand"
    """The vendor has no API for it, or nobody gave us the right to use it."""
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
    """What a person has to do, where it is by hand."""

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is known to be wrong."""
        return self.state not in {RegistrationState.MISSING, RegistrationState.BROKEN}


def check_registration(provider: str, address: str, context: Context) -> Registration:
    """What the vendor has; changes nothing."""
    return _told(provider, address, context, change=False)


def register_webhooks(provider: str, address: str, context: Context) -> Registration:
    """Make what lacks and mend what is wrong; where it is by hand, say how."""
    return _told(provider, address, context, change=True)


def check_health(provider: str, address: str, context: Context) -> Registration:
    """How it is, for whoever only looks: what nobody can ask the vendor, could not be checked."""
    try:
        found = check_registration(provider, address, context)
    except PlatformError as error:
        return Registration(provider, address, RegistrationState.UNKNOWN, note=str(error))
    return (
        replace(found, state=RegistrationState.UNKNOWN)
        if found.state is RegistrationState.MANUAL
        else found
    )


def _told(provider: str, address: str, context: Context, *, change: bool) -> Registration:
    module = providers.load_managed_registration(provider)
    if module is None:
        return _by_hand(provider, address, context, "the vendor has no API for it")
    try:
        hooks = module.register(context, address) if change else module.hooks(context)
    except SecretMissing:
        return _by_hand(provider, address, context, f"{module.MANAGE_TOKEN} is not set")
    except Refused as reason:
        return _by_hand(provider, address, context, str(reason))
    except PipelineError as error:
        return Registration(provider, address, RegistrationState.UNKNOWN, note=str(error))
    mine = tuple(hook for hook in hooks if hook.address == address)
    return Registration(provider, address, _state(mine), mine, _trouble(mine))


def _by_hand(provider: str, address: str, context: Context, note: str) -> Registration:
    steps = tuple(providers.load_registration(provider).instructions(context, address))
    return Registration(provider, address, RegistrationState.MANUAL, note=note, steps=steps)


def _state(hooks: Sequence[Hook]) -> RegistrationState:
    if not hooks:
        return RegistrationState.MISSING
    well = all(hook.active and not hook.trouble for hook in hooks)
    return RegistrationState.REGISTERED if well else RegistrationState.BROKEN


def _trouble(hooks: Sequence[Hook]) -> str:
    return "; ".join(
        hook.trouble or "switched off" for hook in hooks if hook.trouble or not hook.active
    )
