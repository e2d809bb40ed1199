"""A wish as a person writes it: by options, or as a file of YAML."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, field_validator

from platform_cli.config.fields import Model, unknown
from platform_cli.config.load import load_as
from platform_cli.config.usage import UsageConfig
from platform_cli.config.wording import complaints
from platform_cli.errors import ConfigError, Finding
from platform_cli.resolve.cost.month import Usage
from platform_cli.resolve.recommend.needs import NEEDS
from platform_cli.resolve.recommend.requirements import USED, Requirements, skills


def _need(name: str) -> str:
    return _among("need", name, NEEDS)


def _skill(name: str) -> str:
    return _among("skill", name, skills())


def _among(what: str, name: str, known: Iterable[str]) -> str:
    if name not in known:
        raise unknown(what, name, known)
    return name


class Wish(Model):
    """What a site is wished to be; whatever is left out is not asked for."""

    needs: list[Annotated[str, AfterValidator(_need)]] = Field(default_factory=list)
    """What matters; `platform recommend --help` lists the keys."""
    skills: list[Annotated[str, AfterValidator(_skill)]] = Field(default_factory=list)
    """What the team knows, such as react."""
    budget: float | None = Field(default=None, ge=0)
    """Dollars a month, at the expected cost: AWS, plans and the fees of payments."""
    team: int | None = Field(default=None, ge=1)
    """People who build and look after the site."""
    products: int | None = Field(default=None, ge=0)
    """0: nothing is sold."""
    languages: int | None = Field(default=None, ge=1)
    editors: int | None = Field(default=None, ge=1)
    """People who write in the CMS."""
    orders: int | None = Field(default=None, ge=0)
    """A month."""
    average_order_usd: float | None = Field(default=None, gt=0)
    content_edits: int | None = Field(default=None, ge=0)
    """A month."""
    page_views: int | None = Field(default=None, ge=0)
    """A month."""
    pages: int | None = Field(default=None, ge=1)
    """Of the site."""

    @field_validator("needs", mode="before")
    @classmethod
    def _as_list(cls, said: Any) -> Any:
        """A mapping says of each need whether it is one."""
        if isinstance(said, Mapping):
            return [need for need, is_needed in said.items() if is_needed]
        return said

    @property
    def usage(self) -> dict[str, int | float]:
        """What was said of the month, for a client's file."""
        said = self.model_dump(include=set(USED), exclude_none=True)
        return {name: said[name] for name in USED if name in said}

    def requirements(self) -> Requirements:
        """The wish as it is weighed; of a month that nothing was said of, as of any client's."""
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
            Usage.of(UsageConfig.model_validate(self.usage)),
            needs=frozenset(self.needs),
            skills=frozenset(self.skills),
            **numbers,
        )


def read(file: Path) -> Wish:
    """Raises `ConfigError` with every finding, each with its line and column."""
    return load_as(file, Wish, "file of requirements")


def said(wish: Wish, options: Mapping[str, Any]) -> Wish:
    """The wish with what the options say laid over; lists are joined. Raises `ConfigError`."""
    raw = wish.model_dump(exclude_none=True)
    for name, value in options.items():
        if isinstance(value, list):
            raw[name] = [*raw[name], *value]
        elif value is not None:
            raw[name] = value
    try:
        return Wish.model_validate(raw)
    except ValidationError as error:
        found = complaints(error.errors(), Wish)
        raise ConfigError(tuple(Finding(each.message, hint=each.hint) for each in found)) from None
