"""Validates documents that a program passes in place of a file."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from platform_cli.config.validation_messages import describe_errors
from platform_cli.errors import ConfigError, Finding

ModelType = TypeVar("ModelType", bound=BaseModel)


def validate_document(document: Mapping[str, Any], model: type[ModelType]) -> ModelType:
    """Validate a document. Raises `ConfigError` with every finding, each at its field's path."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        findings = tuple(
            Finding(complaint.message, ".".join(map(str, complaint.path)), complaint.hint)
            for complaint in describe_errors(error.errors(), model)
        )
        raise ConfigError(findings) from None
