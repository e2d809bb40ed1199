"""The JSON Schema of a client's file, from which editors complete and check."""

import json
from copy import deepcopy
from itertools import chain
from typing import Any

from platform_cli import engines
from platform_cli.config.load import FIXED
from platform_cli.config.model import ClientServiceConfig, of_kind
from platform_core import providers
from platform_core.provider import Kind

Schema = dict[str, Any]

FILE = "client.schema.json"
MODELINE = f"# yaml-language-server: $schema={FILE}\n"
"""The first line of a client's file: where editors find the schema."""


def schema() -> Schema:
    """JSON Schema, draft 2020-12."""
    made = ClientServiceConfig.model_json_schema(mode="validation")
    definitions: Schema = made["$defs"]
    definitions["ServiceIntegrationConfig"]["properties"]["ssg_engine"]["enum"] = list(
        engines.names()
    )
    for kind, model in (
        (Kind.CMS, "CMSProviderConfig"),
        (Kind.COMMERCE, "EcommerceProviderConfig"),
    ):
        _settings_by_provider(definitions[model], definitions, kind)
    _describe_overrides(made, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "A client of platform",
    }


def text() -> str:
    """The schema as the file `clients/client.schema.json` holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _settings_by_provider(definition: Schema, definitions: Schema, kind: Kind) -> None:
    """Each provider's settings apply where that provider is chosen."""
    names = of_kind(kind)
    spellings = {name: [name, *providers.load_manifest(name).aliases] for name in names}
    definition["properties"]["provider"]["enum"] = sorted(chain(*spellings.values()))
    definition["allOf"] = [
        {
            "if": {"properties": {"provider": {"enum": spellings[name]}}},
            "then": {"properties": {"settings": _settings(name, definitions)}},
        }
        for name in names
    ]


def _settings(name: str, definitions: Schema) -> Schema:
    """A provider's own settings; definitions of theirs move up under the provider's name."""
    own = providers.load_settings(name).Settings.model_json_schema(mode="validation")
    inner = own.pop("$defs", {})
    names = {key: f"{name}.{key}" for key in inner}
    definitions.update({names[key]: _renamed(value, names) for key, value in inner.items()})
    renamed: Schema = _renamed(own, names)
    return renamed


def _describe_overrides(made: Schema, definitions: Schema) -> None:
    """An environment may change anything but who the client is, and needs nothing."""
    names = {
        name: f"{name}.override"
        for name, value in definitions.items()
        if value.get("type") == "object"
    }
    partial = {
        target: _optional(_renamed(definitions[name], names)) for name, target in names.items()
    }
    changeable = {key: value for key, value in made["properties"].items() if key not in FIXED}
    partial["Override"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": _renamed(changeable, names),
    }
    definitions.update(partial)
    made["properties"]["environments"]["additionalProperties"] = {"$ref": "#/$defs/Override"}


def _optional(definition: Schema) -> Schema:
    """Without what is required, for a piece that is laid over a whole."""
    loose = deepcopy(definition)
    loose.pop("required", None)
    return loose


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """A copy whose references follow the definitions to their new names."""
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    copied = {key: _renamed(each, names) for key, each in value.items()}
    name = str(copied.get("$ref", "")).removeprefix("#/$defs/")
    if name in names:
        copied["$ref"] = f"#/$defs/{names[name]}"
    return copied
