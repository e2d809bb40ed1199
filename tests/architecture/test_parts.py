"""Law 10: a part owns all that is its own. `tests/infra/test_parts.py` runs over every part."""

import re
from dataclasses import fields
from typing import get_args

import pytest

from platform_cli.blueprint.model import PART_TYPES, Alarms, Part, Site
from platform_cli.blueprint.stores import Store
from tests.architecture.sources import ROOT

SOURCE = ROOT / "src" / "platform_cli"
ROOMS = ("blueprint/parts", "infra/parts", "cost/meters")

every_part = pytest.mark.parametrize("part", PART_TYPES, ids=lambda part: part.__name__)


def stores_taken_in(file: str) -> set[str]:
    """Return the names of the stores that a module of `infra` takes from `Stores`."""
    call = r"\bstores\.(?:table|bucket|queue|key_value_store)\((?:\w+\.)*(\w+)\)"
    return set(re.findall(call, (SOURCE / "infra" / file).read_text()))


def stores_owned_by(part: type[Part]) -> set[str]:
    return {field.name for field in fields(part) if field.type in get_args(Store)}


@pytest.mark.parametrize("room", ROOMS)
@every_part
def test_a_part_has_a_file_of_its_own_in_each_room(part: type[Part], room: str) -> None:
    assert (SOURCE / room / f"{part.__name__.lower()}.py").is_file()


@every_part
def test_a_part_takes_its_own_stores_only(part: type[Part]) -> None:
    """It gets another part's store as a typed handle, such as `parts.webhooks.Inbox`."""
    allowed = stores_owned_by(part)
    if part is Alarms:
        allowed.add("queue")  # an alarm for every queue, whichever part owns it
    assert stores_taken_in(f"parts/{part.__name__.lower()}.py") <= allowed


def test_the_part_of_every_client_owns_the_shared_stores() -> None:
    assert stores_taken_in("shared_resources.py") == stores_owned_by(Site)
