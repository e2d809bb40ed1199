"""The question before a run: it says what happens, and nothing begins without an answer."""

import io
from decimal import Decimal

import pytest

from benchmarks.aws_check.question import Proposal, require_agreement
from platform_cli.cost.amounts import Range
from platform_cli.errors import Exit, PlatformError, UsageError
from platform_cli.screen import Flags, Screen
from platform_cli.targets.target import Target

COST = Range(Decimal("0.03"), Decimal("0.05"), Decimal("0.10"))
ON_AWS = Proposal(Target("aws", "eu-west-1", "111122223333"), "Check1-Dev-X", 74, COST)
ON_THIS_MACHINE = Proposal(Target("local", "us-east-1", "000000000000"), "Check1-Dev-X", 74, COST)


class Answering(Screen):
    """A screen whose person answers every question in the same way."""

    def __init__(self, answer: bool) -> None:
        self.text = io.StringIO()
        super().__init__(Flags(), self.text, self.text)
        self.answer = answer

    def confirm(self, question: str) -> bool:
        self.say(question)
        return self.answer


def test_the_question_states_account_region_resources_remains_and_cost() -> None:
    screen = Answering(True)
    require_agreement(screen, ON_AWS)
    text = screen.text.getvalue()
    for fact in ("111122223333", "eu-west-1", "74 resources", "CDKToolkit", "$0.05", "estimate"):
        assert fact in text
    assert text.rstrip().endswith("Begin?")


def test_a_no_ends_the_check() -> None:
    with pytest.raises(PlatformError, match="nothing was changed"):
        require_agreement(Answering(False), ON_AWS)


def test_without_a_terminal_nothing_begins() -> None:
    with pytest.raises(UsageError) as refused:
        require_agreement(Screen(Flags(), io.StringIO(), io.StringIO()), ON_AWS)
    assert refused.value.exit_code == Exit.USAGE


def test_yes_answers_the_question() -> None:
    require_agreement(Screen(Flags(yes=True), io.StringIO(), io.StringIO()), ON_AWS)


def test_the_embedded_cloud_asks_nothing() -> None:
    require_agreement(Answering(False), ON_THIS_MACHINE)
