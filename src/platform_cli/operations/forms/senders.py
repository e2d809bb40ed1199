"""The addresses at SES from which the forms of a client send."""

from collections.abc import Iterable
from enum import StrEnum

from platform_cli.targets.target import Target


class SenderState(StrEnum):
    """State of an address at SES."""

    VERIFIED = "verified"
    PENDING = "pending"
    """SES has sent a mail with a link, or waits for the DNS records of the domain."""
    UNKNOWN = "unknown"
    """SES knows neither the address nor its domain."""


def check_sender(target: Target, address: str) -> SenderState:
    """Return whether SES may send from an address: it, or its domain, is verified."""
    states = [_read_state(target, identity) for identity in (address, address.rpartition("@")[2])]
    return next(
        (state for state in (SenderState.VERIFIED, SenderState.PENDING) if state in states),
        SenderState.UNKNOWN,
    )


def register_senders(target: Target, addresses: Iterable[str]) -> list[str]:
    """Register unknown addresses, and return those that are not verified yet.

    SES sends each new one a mail with a link. An identity belongs to the whole account, so it
    outlives the client.
    """
    unverified = []
    for address in sorted(set(addresses)):
        state = check_sender(target, address)
        if state is SenderState.UNKNOWN:
            target.client("sesv2").create_email_identity(EmailIdentity=address)
            state = check_sender(target, address)
        if state is not SenderState.VERIFIED:
            unverified.append(address)
    return unverified


def is_in_sandbox(target: Target) -> bool:
    """Return whether SES sends to verified recipients only, as in a new account."""
    return not target.client("sesv2").get_account()["ProductionAccessEnabled"]


def _read_state(target: Target, identity: str) -> SenderState:
    ses = target.client("sesv2")
    try:
        answer = ses.get_email_identity(EmailIdentity=identity)
    except ses.exceptions.NotFoundException:
        return SenderState.UNKNOWN
    return SenderState.VERIFIED if answer["VerifiedForSendingStatus"] else SenderState.PENDING
