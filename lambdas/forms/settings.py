"""The environment variables of the forms function, read once and typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from lambdas.runtime import env
from platform_core import contract
from platform_core.forms.definition import FormDefinition, forms_from_json


@dataclass(frozen=True, slots=True)
class FormsFunctionSettings:
    client: env.ClientSettings
    table: str
    forms: Mapping[str, FormDefinition]
    hosts: frozenset[str]
    domain: str
    """The site's own domain, which the mails name."""
    language: str


def read_forms(environ: Mapping[str, str]) -> FormsFunctionSettings:
    hosts = env.read_text(environ, contract.FORMS_HOSTS).split(",")
    return FormsFunctionSettings(
        client=env.read_client(environ),
        table=env.read_text(environ, contract.FORMS_TABLE),
        forms=forms_from_json(env.read_text(environ, contract.FORMS)),
        hosts=frozenset(hosts),
        domain=hosts[0],
        language=env.read_text(environ, contract.FORMS_LANGUAGE),
    )
