"""Generate the JSON Schema of a client's file, for completion and validation in editors."""

import json
from copy import deepcopy
from itertools import chain
from typing import Any

from platform_cli import engines
from platform_cli.config.load import FIXED_KEYS
from platform_cli.config.model import ClientServiceConfig, providers_of_kind
from platform_core import providers
from platform_core.provider import Kind

Schema = dict[str, Any]

SCHEMA_FILE = "client.schema.json"
MODELINE = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
"""First line of a client's file, which points editors to the schema."""


def build_schema() -> Schema:
    """Build the schema (JSON Schema draft 2020-12)."""
    client_schema = ClientServiceConfig.model_json_schema(mode="validation")
    definitions: Schema = client_schema["$defs"]
    definitions["ServiceIntegrationConfig"]["properties"]["ssg_engine"]["enum"] = list(
        engines.engine_names()
    )
    for kind, model in (
        (Kind.CMS, "CMSProviderConfig"),
        (Kind.COMMERCE, "EcommerceProviderConfig"),
    ):
        _add_provider_settings(definitions[model], definitions, kind)
    _add_overrides(client_schema, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **client_schema,
        "title": "A client of platform",
    }


def schema_text() -> str:
    """Return the text of the file `clients/client.schema.json`."""
    return json.dumps(build_schema(), indent=2, ensure_ascii=False) + "\n"


def _add_provider_settings(definition: Schema, definitions: Schema, kind: Kind) -> None:
    """Apply the settings schema of a provider if the file names that provider."""
    names = providers_of_kind(kind)
    spellings = {name: [name, *providers.load_manifest(name).aliases] for name in names}
    definition["properties"]["provider"]["enum"] = sorted(chain(*spellings.values()))
    definition["allOf"] = [
        {
            "if": {"properties": {"provider": {"enum": spellings[name]}}},
            "then": {"properties": {"settings": _extract_settings_schema(name, definitions)}},
        }
        for name in names
    ]


def _extract_settings_schema(name: str, definitions: Schema) -> Schema:
    """Return the settings schema of a provider.

    Its definitions move to the top level, prefixed with the name of the provider.
    """
    own = providers.load_settings(name).Settings.model_json_schema(mode="validation")
    inner = own.pop("$defs", {})
    names = {key: f"{name}.{key}" for key in inner}
    definitions.update(
        {names[key]: _rename_references(value, names) for key, value in inner.items()}
    )
    renamed: Schema = _rename_references(own, names)
    return renamed


def _add_overrides(client_schema: Schema, definitions: Schema) -> None:
    """Add the schema of an override: every field is optional, fixed keys are not allowed."""
    names = {
        name: f"{name}.override"
        for name, value in definitions.items()
        if value.get("type") == "object"
    }
    partial = {
        target: _without_required(_rename_references(definitions[name], names))
        for name, target in names.items()
    }
    changeable = {
        key: value for key, value in client_schema["properties"].items() if key not in FIXED_KEYS
    }
    partial["Override"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": _rename_references(changeable, names),
    }
    definitions.update(partial)
    client_schema["properties"]["environments"]["additionalProperties"] = {
        "$ref": "#/$defs/Override"
    }


def _without_required(definition: Schema) -> Schema:
    """Copy a definition without its required fields, for a partial override."""
    loose = deepcopy(definition)
    loose.pop("required", None)
    return loose


def _rename_references(value: Any, names: dict[str, str]) -> Any:
    """Copy a schema and update references to renamed definitions."""
    if isinstance(value, list):
        return [_rename_references(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    copied = {key: _rename_references(item, names) for key, item in value.items()}
    name = str(copied.get("$ref", "")).removeprefix("#/$defs/")
    if name in names:
        copied["$ref"] = f"#/$defs/{names[name]}"
    return copied
