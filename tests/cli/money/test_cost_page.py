"""The table of `docs/cost.md` matches the price engine: `UPDATE_DOCS=1` updates it."""

import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from platform_cli.blueprint.compose import compose
from platform_cli.config.site import SiteConfig
from platform_cli.cost.amounts import round_to_cents
from platform_cli.cost.cost_lines import Group
from platform_cli.cost.estimate import estimate_cost
from platform_cli.cost.monthly_usage import Usage
from platform_cli.cost.price_book import load_price_book
from tests.cli.money.cost_study import MONTH, OURS, STUDIED, STUDY, WHY
from tests.infra.clients import client

PAGE = Path(__file__).parents[3] / "docs" / "cost.md"
BEGIN, END = "<!-- study -->\n", "<!-- /study -->\n"


def table() -> str:
    places = {key: line for line, keys in STUDY.items() for key in keys} | OURS
    zone = {"hosted_zone_id": "Z0123456789ABC", "hosted_zone_name": "plum-orchard.example"}
    blueprint = compose(client(site=SiteConfig.model_validate(zone)))
    ours: dict[str, Decimal] = defaultdict(Decimal)
    for line in estimate_cost(blueprint, Usage.from_config(MONTH), load_price_book()).lines:
        if line.group is Group.AWS:
            ours[places[line.price]] += line.amount.expected
    rows = [
        f"| {line} | {STUDIED[line][0]} | {round_to_cents(ours[line])} | {WHY[line]} |"
        for line in STUDIED
    ]
    total = f"| **all** | **23.99** | **{round_to_cents(sum(ours.values(), Decimal(0)))}** | |"
    head = ["| | the study | ours | why |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, total]) + "\n"


def test_the_page_matches_the_price_engine() -> None:
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    expected = f"{before}{BEGIN}{table()}{END}{after}"
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(expected)
    assert PAGE.read_text() == expected
