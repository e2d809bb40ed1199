"""The rules for the further domains of a site, which redirect to its main domain."""

from collections.abc import Sequence
from typing import Final

from platform_cli.config.fields import invalid_value

MAX_CHARACTERS_WITH_PREVIEWS: Final = 200
"""The function at the edge takes 10 KB, and previews leave so much room for the names."""


def check_aliases_beside_previews(aliases: Sequence[str], domain: str) -> None:
    """Refuse more names than fit the function at the edge beside previews."""
    length = len(domain) + sum(map(len, aliases))
    if aliases and length > MAX_CHARACTERS_WITH_PREVIEWS:
        raise invalid_value(
            f"the domain and its aliases have {length} characters, and a site with previews has "
            f"room for {MAX_CHARACTERS_WITH_PREVIEWS}",
            "remove an alias, or remove preview",
            field="site",
        )


def check_aliases(aliases: Sequence[str], domain: str, zone: str | None) -> None:
    """Refuse a repeated alias, the main domain, and a name outside the hosted zone.

    The stack makes the DNS records and the certificate in that zone, so it can have no others.
    """
    for number, alias in enumerate(aliases):
        if alias == domain:
            raise invalid_value(
                f"{alias} is the main domain, and it cannot redirect to itself",
                "remove it from aliases",
                field="site",
            )
        if alias in aliases[:number]:
            raise invalid_value(f"the alias {alias} stands twice", "remove one", field="site")
        if zone is not None and not f".{alias}".endswith(f".{zone}"):
            raise invalid_value(
                f"the alias {alias} is not part of the hosted zone {zone}",
                "use a certificate of your own (site.certificate_arn) and no hosted zone",
                field="site",
            )
