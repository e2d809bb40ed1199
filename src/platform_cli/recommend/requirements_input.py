"""Requirements as a person writes them: in options, or in a YAML file."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, field_validator

from platform_cli.config.fields import StrictModel, unknown_name
from platform_cli.config.load import load_file_as
from platform_cli.config.usage import UsageConfig
from platform_cli.config.validation_messages import describe_errors
from platform_cli.cost.monthly_usage import Usage
from platform_cli.errors import ConfigError, Finding
from platform_cli.recommend.needs import NEEDS
from platform_cli.recommend.requirements import USAGE_FIELDS, Requirements, known_skills


def _check_need(name: str) -> str:
    return _require_known("need", name, NEEDS)


def _check_skill(name: str) -> str:
    return _require_known("skill", name, known_skills())


def _require_known(kind: str, name: str, known: Iterable[str]) -> str:
    if name not in known:
        raise unknown_name(kind, name, known)
    return name


class RequirementsInput(StrictModel):
    """The stated requirements of a site; omitted fields are not required."""

    needs: list[Annotated[str, AfterValidator(_check_need)]] = Field(default_factory=list)
    """Keys that `platform recommend --help` lists."""
    skills: list[Annotated[str, AfterValidator(_check_skill)]] = Field(default_factory=list)
    """Skills of the team, such as react."""
    budget: float | None = Field(default=None, ge=0)
    """Maximum expected dollars per month for AWS, plans and payment fees."""
    team: int | None = Field(default=None, ge=1)
    """People who build and maintain the site."""
    products: int | None = Field(default=None, ge=0)
    """0 if the site sells nothing."""
    languages: int | None = Field(default=None, ge=1)
    editors: int | None = Field(default=None, ge=1)
    """People who write in the CMS."""
    orders: int | None = Field(default=None, ge=0)
    """Per month."""
    average_order_usd: float | None = Field(default=None, gt=0)
    content_edits: int | None = Field(default=None, ge=0)
    """Per month."""
    page_views: int | None = Field(default=None, ge=0)
    """Per month."""
    pages: int | None = Field(default=None, ge=1)
    """Pages of the site."""

    @field_validator("needs", mode="before")
    @classmethod
    def _convert_needs_to_list(cls, value: Any) -> Any:
        """Accept a mapping of each need to true or false, too."""
        if isinstance(value, Mapping):
            return [need for need, is_needed in value.items() if is_needed]
        return value

    @property
    def usage(self) -> dict[str, int | float]:
        """The stated numbers of the month, for a client's file."""
        stated = self.model_dump(include=set(USAGE_FIELDS), exclude_none=True)
        return {name: stated[name] for name in USAGE_FIELDS if name in stated}

    def to_requirements(self) -> Requirements:
        """Convert to requirements; unstated usage gets the defaults of a client's file."""
        numbers = {
            name: None if value is None else Decimal(str(value))
            for name, value in (
                ("budget", self.budget),
                ("team", self.team),
                ("products", self.products),
                ("languages", self.languages),
            )
        }
        return Requirements(
            Usage.from_config(UsageConfig.model_validate(self.usage)),
            needs=frozenset(self.needs),
            skills=frozenset(self.skills),
            **numbers,
        )


def read_requirements(file: Path) -> RequirementsInput:
    """Read a requirements file. Raises `ConfigError` with every finding and its position."""
    return load_file_as(file, RequirementsInput, "file of requirements")


def merge_options(base: RequirementsInput, options: Mapping[str, Any]) -> RequirementsInput:
    """Override the requirements with the options that are set; lists are joined.

    Raises `ConfigError`.
    """
    document = base.model_dump(exclude_none=True)
    for name, value in options.items():
        if isinstance(value, list):
            document[name] = [*document[name], *value]
        elif value is not None:
            document[name] = value
    try:
        return RequirementsInput.model_validate(document)
    except ValidationError as error:
        findings = describe_errors(error.errors(), RequirementsInput)
        raise ConfigError(
            tuple(Finding(finding.message, hint=finding.hint) for finding in findings)
        ) from None
