"""A client's own names, computed from its id, environment and providers (D-R01..D-R07).

Pure, and on the lowest floor: the config shows these names, `resolve/naming.py` makes AWS's
resource names of them.
"""

from enum import StrEnum


class Environment(StrEnum):
    """D-R06."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


def pascal(words: str) -> str:
    """`my-business-site` and `tina_foxy_composed_stack` in Pascal case (D-R03).

    >>> pascal("my-business-site"), pascal("tina_foxy_composed_stack")
    ('MyBusinessSite', 'TinaFoxyComposedStack')
    """
    return "".join(word.capitalize() for word in words.replace("_", "-").split("-"))


def pascal_client(client_id: str) -> str:
    """D-R03: `acme-corp` -> `AcmeCorp`."""
    return pascal(client_id)


def stack_type(cms: str | None, ecommerce: str | None, engine: str) -> str:
    """The label of a combination (D-R04); a client without providers is its engine's template."""
    match (cms, ecommerce):
        case (None, None):
            return f"{engine}_template"
        case (str(), None):
            return f"{cms}_cms_tier"
        case (None, str()):
            return f"{ecommerce}_ecommerce_tier"
        case _:
            return f"{cms}_{ecommerce}_composed_stack"


def deployment_name(client_id: str, environment: str, stack_type: str) -> str:
    """The name of the client's stack (D-R01): `AcmeCorp-Prod-SanityCmsTier`."""
    return f"{pascal(client_id)}-{pascal(environment)}-{pascal(stack_type)}"


def factory_name(client_id: str, provider: str, engine: str) -> str:
    """The name of a stack made for one provider by hand (D-R02): `MySite-Foxy-Astro-Stack`."""
    return f"{pascal(client_id)}-{pascal(provider)}-{pascal(engine)}-Stack"


def resource_prefix(client_id: str, environment: str) -> str:
    """D-R05: `my-business-site-prod`."""
    return f"{client_id}-{environment}"
