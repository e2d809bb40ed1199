"""The DNS records of a site's domain, and their check."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import dns.exception
import dns.resolver

from platform_cli.errors import PlatformError

LOOKUP_SECONDS: Final = 5.0
CERTIFICATE: Final = "certificate"
SITE: Final = "site"
CAA: Final = "CAA"
AMAZON_ISSUERS: Final = frozenset(
    {"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}
)
"""Names in a CAA record that permit ACM (ACM user guide, from memory, unverified 2026-12-01)."""


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record that a person adds at the host of the domain's DNS."""

    purpose: str
    """`certificate` or `site`."""
    name: str
    type: str
    value: str


class RecordState(StrEnum):
    """The result of checking a record."""

    OK = "ok"
    MISSING = "missing"
    DIFFERENT = "different"
    UNKNOWN = "could not check"


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record, and the values that DNS has in its place."""

    record: DnsRecord
    state: RecordState
    found: tuple[str, ...] = ()


class Resolver(Protocol):
    """Looks names up in the DNS."""

    def look_up(self, name: str, kind: str) -> tuple[str, ...]:
        """Return the values of a name's records; none if there are none. A value has no dot at its
        end. Raises `PlatformError` if no server answers."""
        ...


class SystemResolver:
    """The DNS servers of this machine."""

    def look_up(self, name: str, kind: str) -> tuple[str, ...]:
        try:
            answer = dns.resolver.resolve(name, kind, lifetime=LOOKUP_SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise PlatformError(
                f"{kind} of {name} could not be looked up: {error}", hint="check the network"
            ) from error
        return tuple(entry.to_text().removesuffix(".") for entry in answer)


def check_record(record: DnsRecord, resolver: Resolver) -> CheckedRecord:
    """Compare a CNAME record with the DNS.

    The record of a site also passes if the name has an address of the distribution: by a chain of
    names (www to the domain), or at the apex of a zone, which cannot be a CNAME and whose DNS host
    copies the addresses (ALIAS, ANAME, flattening).
    """
    try:
        found = resolver.look_up(record.name, "CNAME")
        if _normalize(record.value) in map(_normalize, found):
            return CheckedRecord(record, RecordState.OK, found)
        if record.purpose == SITE:
            addresses = resolver.look_up(record.name, "A")
            if set(addresses) & set(resolver.look_up(record.value, "A")):
                return CheckedRecord(record, RecordState.OK, addresses)
            found = found or addresses
    except PlatformError as error:
        return CheckedRecord(record, RecordState.UNKNOWN, (str(error),))
    return CheckedRecord(record, RecordState.DIFFERENT if found else RecordState.MISSING, found)


def check_issuers(domain: str, resolver: Resolver) -> CheckedRecord | None:
    """Find CAA records that forbid ACM to issue a certificate. Returns None if ACM may.

    The nearest name with such records decides, from the domain up to its top-level domain.
    """
    labels = domain.split(".")
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        wanted = DnsRecord(CERTIFICATE, name, CAA, '0 issue "amazon.com"')
        try:
            found = resolver.look_up(name, CAA)
        except PlatformError as error:
            return CheckedRecord(wanted, RecordState.UNKNOWN, (str(error),))
        issuers = [issuer for entry in found if (issuer := _issuer_of(entry)) is not None]
        if issuers:
            is_allowed = not AMAZON_ISSUERS.isdisjoint(issuers)
            return None if is_allowed else CheckedRecord(wanted, RecordState.DIFFERENT, found)
        if found:
            return None
    return None


def _issuer_of(entry: str) -> str | None:
    """Return the issuer that a CAA record allows; None for a record of another kind.

    >>> _issuer_of('0 issue "letsencrypt.org; a=b"'), _issuer_of('0 iodef "mailto:a@b.example"')
    ('letsencrypt.org', None)
    """
    _, _, rest = entry.partition(" ")
    tag, _, value = rest.partition(" ")
    return value.strip('"').partition(";")[0].strip() if tag.lower() == "issue" else None


def _normalize(name: str) -> str:
    return name.removesuffix(".").lower()
