"""The names of a client, derived from its id, environment and providers (D-R01..D-R07).

The config shows these names. The names of AWS resources are derived from them.
"""

from enum import StrEnum

TAG_CLIENT = "platform:client"
TAG_ENVIRONMENT = "platform:environment"
"""Tags of every stack and resource. A deploy reads them to find the owner of a stack."""


class Environment(StrEnum):
    """The environment of a deployment (D-R06)."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


def to_pascal_case(words: str) -> str:
    """Convert kebab case or snake case to Pascal case (D-R03).

    >>> to_pascal_case("my-business-site"), to_pascal_case("tina_foxy_composed_stack")
    ('MyBusinessSite', 'TinaFoxyComposedStack')
    """
    return "".join(word.capitalize() for word in words.replace("_", "-").split("-"))


def client_pascal_name(client_id: str) -> str:
    """Return the name of a client in Pascal case (D-R03): `acme-corp` becomes `AcmeCorp`."""
    return to_pascal_case(client_id)


def stack_type(cms: str | None, ecommerce: str | None, engine: str) -> str:
    """Return the label of a combination (D-R04). Without providers it names the engine."""
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
    """Return the name of the client's stack (D-R01): `AcmeCorp-Prod-SanityCmsTier`."""
    return f"{to_pascal_case(client_id)}-{to_pascal_case(environment)}-{to_pascal_case(stack_type)}"


def factory_name(client_id: str, provider: str, engine: str) -> str:
    """Return the name of a manually created stack (D-R02): `MySite-Foxy-Astro-Stack`."""
    return f"{to_pascal_case(client_id)}-{to_pascal_case(provider)}-{to_pascal_case(engine)}-Stack"


def resource_prefix(client_id: str, environment: str) -> str:
    """Return the prefix of resource names (D-R05): `my-business-site-prod`."""
    return f"{client_id}-{environment}"
