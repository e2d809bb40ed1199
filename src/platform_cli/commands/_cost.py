"""How `platform cost` asks and tells: one client, a fleet of it, all clients, another way."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.commands import _cost_chart
from platform_cli.commands import _cost_screen as show
from platform_cli.commands._cost_chart import Over
from platform_cli.errors import ConfigError, Finding, UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.spelling import near
from platform_core.naming import Environment

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig
    from platform_cli.config.usage import UsageConfig
    from platform_cli.resolve.cost.book import PriceBook
    from platform_cli.resolve.cost.compare import Way
    from platform_cli.resolve.cost.estimate import Estimate
    from platform_cli.resolve.cost.month import Usage


def book(session: Session) -> "PriceBook":
    """The prices, this workspace's own over the bundled ones."""
    from platform_cli.resolve.cost.book import load

    return load(session.workspace.root)


@dataclass
class Asked:
    """One client, as the command line asks about it."""

    session: Session
    client_id: str
    env: Environment | None
    said: list[str]
    book: "PriceBook"

    @cached_property
    def config(self) -> "ClientServiceConfig":
        return self.session.client(self.client_id, self.env)

    @cached_property
    def usage(self) -> "Usage":
        from platform_cli.resolve.cost.month import Usage

        return Usage.of(usage(self.config.usage, self.said))

    @cached_property
    def way(self) -> "Way":
        from platform_cli.resolve.compose import compose
        from platform_cli.resolve.cost.compare import Way

        return Way(self.client_id, compose(self.config))

    @cached_property
    def estimate(self) -> "Estimate":
        return self.way.cost(self.usage, self.book)

    @property
    def combination(self) -> tuple[str | None, str | None, str]:
        """CMS, shop and engine, by name."""
        chosen = self.config.service_integration
        cms, shop = chosen.cms_config, chosen.ecommerce_config
        return cms.provider if cms else None, shop.provider if shop else None, chosen.ssg_engine

    def told(self) -> dict[str, object]:
        """Its month in lines, on the screen and as data."""
        from platform_cli.resolve.cost.report import figures, inputs
        from platform_cli.resolve.published import beside

        show.lines(self.session, self.estimate.lines)
        show.groups(self.session, self.estimate)
        _tell_free(self.session, self.estimate, self.book)
        published = beside(self.combination)
        show.published(self.session, published)
        return {
            "client_id": self.client_id,
            "environment": str(self.config.environment),
            "stack_type": self.config.stack_type,
            **figures(self.estimate, self.book),
            "published": published,
            "inputs": inputs(self.usage, self.book, self.estimate),
        }

    def as_fleet(self, clients: int) -> Data:
        """So many of it in one account, whose free allowances count once."""
        from platform_cli.resolve.cost.estimate import beyond_free, fleet
        from platform_cli.resolve.cost.report import money

        total = beyond_free(fleet([(self.estimate, clients)]), self.book).total
        each = total.map(lambda amount: amount / clients)
        self.session.screen.say(
            f"{clients} such clients in one account, its free allowances counted once: "
            f"{show.usd(total.expected)} a month, {show.usd(each.expected)} each."
        )
        return {"clients": clients, "monthly": money(total), "each": money(each)}

    def otherwise(self, changes: list[str]) -> dict[str, "Way"]:
        """Other ways to run it, by what is changed. Raises `UsageError`."""
        from platform_cli.resolve.cost.compare import otherwise

        return {change: otherwise(self.way, change, self.book) for change in changes}

    def beside(self, change: str, other: "Way") -> Data:
        """The two next to each other, and where the cheaper one changes."""
        from platform_cli.resolve.cost import compare, report
        from platform_cli.resolve.cost.amounts import cents
        from platform_cli.resolve.cost.lines import Group

        here, there = self.estimate, other.cost(self.usage, self.book)
        crossings = list(compare.break_even(self.way, other, self.usage, self.book))
        pairs = [(show.GROUPS[group], here.of(group), there.of(group)) for group in Group]
        rows = [
            [
                label,
                *map(show.dollars, (a.expected, b.expected)),
                show.signed(b.expected - a.expected),
            ]
            for label, a, b in [*pairs, ("all", here.total, there.total)]
            if a.high or b.high
        ]
        screen = self.session.screen
        screen.table(change, ["expected, $ a month", self.client_id, other.label, "differs"], rows)
        for each in crossings:
            screen.say(show.crossing(each, other.label, self.client_id))
        for doubt in there.doubts:
            screen.warn(f"{other.label}: {doubt}")
        return {
            "change": change,
            "monthly": report.money(there.total),
            "groups": {str(group): report.money(there.of(group)) for group in Group},
            "difference": float(cents(compare.difference(here.total, there.total))),
            "break_even": report.crossings(crossings),
        }

    def draw(self, over: Over | None, others: Iterable["Way"], svg: Path | None) -> None:
        """Its lines as bars; over a quantity, its month and the others' as curves."""
        if over is None:
            title = f"{self.client_id}: expected cost of a month"
            _cost_chart.lines(self.session, title, self.estimate, svg)
        else:
            month = _cost_chart.Month(self.usage, self.book)
            _cost_chart.curve(self.session, over, [self.way, *others], month, svg)


def everyone(
    session: Session, env: Environment | None, said: list[str], prices: "PriceBook"
) -> Data:
    """All clients of the workspace, in one account."""
    from platform_cli.resolve.cost.estimate import fleet
    from platform_cli.resolve.cost.lines import Group
    from platform_cli.resolve.cost.report import figures, money

    found = _estimates(session, env, said, prices)
    account = fleet((estimate, 1) for estimate in found.values())
    rows = [
        [each, *(show.dollars(estimate.of(group).expected) for group in Group),
         show.dollars(estimate.total.expected)]
        for each, estimate in found.items()
    ]  # fmt: skip
    session.screen.table("Clients, $ a month", ["client", *show.GROUPS.values(), "expected"], rows)
    show.groups(session, account)
    _tell_free(session, account, prices)
    return {
        "clients": [
            {
                "client_id": each,
                "monthly": money(estimate.total),
                "groups": {str(group): money(estimate.of(group)) for group in Group},
            }
            for each, estimate in found.items()
        ],
        **figures(account, prices),
    }


def _estimates(
    session: Session, env: Environment | None, said: list[str], prices: "PriceBook"
) -> dict[str, "Estimate"]:
    """By client; raises `ConfigError` with the findings of all files."""
    found: dict[str, Estimate] = {}
    findings: list[Finding] = []
    for each in session.workspace.client_ids():
        try:
            found[each] = Asked(session, each, env, said, prices).estimate
        except ConfigError as error:
            findings += error.findings
    if findings:
        raise ConfigError(tuple(findings))
    return found


def usage(config: "UsageConfig", said: list[str]) -> "UsageConfig":
    """The file's usage with what the command line says laid over. Raises `UsageError`."""
    from pydantic import ValidationError

    from platform_cli.config.usage import KnownConfig, UsageConfig

    raw = config.model_dump(exclude_none=True)
    own = [name for name in UsageConfig.model_fields if name != "known"]
    for each in said:
        key, given, value = each.partition("=")
        if not given or key not in (*own, *KnownConfig.model_fields):
            names = (*own, *KnownConfig.model_fields)
            raise UsageError(f"--usage {each!r} is no KEY=VALUE", hint=near(key, names))
        (raw if key in own else raw["known"])[key] = value
    try:
        return UsageConfig.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"--usage {first['loc'][-1]}: {first['msg']}") from None


def _tell_free(session: Session, estimate: "Estimate", prices: "PriceBook") -> None:
    """What the allowances would take off, which belong to the account and to no client."""
    from platform_cli.resolve.cost.estimate import beyond_free
    from platform_cli.resolve.cost.lines import Group

    rest = beyond_free(estimate, prices).of(Group.AWS).expected
    session.screen.say(
        "AWS at list price. Where nothing else spends the account's free allowances, it comes to "
        f"{show.usd(rest)}."
    )
