"""`platform recommend` on the command line and in scripts."""

from pathlib import Path

import pytest

from platform_cli.config.load import load_client
from platform_cli.recommend.needs import NEEDS
from platform_cli.verbs import command_file
from tests.cli.clients.test_new_client import Person, listing
from tests.cli.conftest import Call

BUDGET = ("--need", "budget_conscious", "--need", "simple_needs", "--budget", "150")
SHAPE = {
    "cms_provider", "ecommerce_provider", "ssg_engine", "integration_mode", "compatibility_score",
    "complexity", "monthly_cost", "reasons", "flips",
}  # fmt: skip


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> Path:
    monkeypatch.chdir(tmp_path)
    assert call("init", "--quiet").code == 0
    return tmp_path


def test_the_shape_that_scripts_rely_on(empty: Path, call: Call) -> None:
    called = call("recommend", *BUDGET, "--json")
    assert called.code == 0
    first = called.json["data"]["recommendations"][0]
    assert first.keys() >= SHAPE
    assert first["monthly_cost"].keys() == {"low", "expected", "high"}
    assert first["monthly_cost"]["expected"] <= 150
    assert first["published"]["monthly_cost"] == [85, 140]
    scores = [each["score"] for each in called.json["data"]["recommendations"]]
    assert scores == sorted(scores, reverse=True)


def test_no_workspace_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("recommend", *BUDGET).code == 0


def test_the_mode_output_matches_the_documentation(empty: Path, call: Call) -> None:
    """F-05, AA-12."""
    called = call("recommend", "--need", "multiple_providers", "--need", "future_composition")
    assert "Recommended: event_driven - Composition capabilities recommended" in called.err
    called = call("recommend", "--need", "simple_site", "--need", "minimal_cost", "--json")
    assert called.json["data"]["integration_mode"] == {
        "mode": "direct",
        "reason": "Simple workflow recommended",
        "text": "Recommended: direct - Simple workflow recommended",
    }
    assert called.json["data"]["recommendations"][0]["integration_mode"] == "direct"


def test_all_findings_of_a_file_are_reported_at_once(empty: Path, call: Call) -> None:
    Path("wish.yaml").write_text(
        "needs: [budget_concious, simple_needs]\nbudget: lots\neditor: 3\nskills: [reakt]\n"
    )
    called = call("recommend", "--file", "wish.yaml")
    assert called.code == 2
    assert [line for line in called.err.splitlines() if line.startswith("wish.yaml")] == [
        "wish.yaml:1:9: unknown need 'budget_concious'",
        "wish.yaml:2:9: budget must be a number",
        "wish.yaml:3:1: unknown key 'editor'",
        "wish.yaml:4:10: unknown skill 'reakt'",
    ]
    assert "did you mean 'budget_conscious'?" in called.err


@pytest.mark.parametrize(
    "text",
    [
        "needs: [budget_conscious, simple_needs]\nbudget: 150\n",
        "needs: {budget_conscious: true, simple_needs: true, technical_team: false}\nbudget: 150\n",
    ],
    ids=["a list", "a mapping"],
)
def test_a_file_and_options_give_the_same_result(text: str, empty: Path, call: Call) -> None:
    Path("wish.yaml").write_text(text)
    written = call("recommend", "--file", "wish.yaml", "--json").json["data"]
    assert written == call("recommend", *BUDGET, "--json").json["data"]


def test_options_override_the_file(empty: Path, call: Call) -> None:
    Path("wish.yaml").write_text("needs: [simple_needs]\neditors: 2\nbudget: 20\n")
    called = call(
        "recommend", "--file", "wish.yaml", "--need", "budget_conscious", "--budget", "150",
        "--json",
    )  # fmt: skip
    wish = called.json["data"]["wish"]
    assert (wish["needs"], wish["editors"], wish["budget"]) == (
        ["budget_conscious", "simple_needs"], 2, 150,
    )  # fmt: skip


def test_impossible_requirements_fail_with_the_nearest_options(empty: Path, call: Call) -> None:
    called = call("recommend", "--need", "enterprise_features", "--orders", "300", "--budget", "9")
    assert called.code == 1
    assert "payment fees" in called.out
    assert "blocked by: budget" in called.err
    called = call("recommend", "--need", "workflows", "--need", "visual_editing",
                  "--budget", "9", "--json")  # fmt: skip
    assert called.code == 1
    data = called.json["data"]
    assert data["recommendations"] == []
    assert data["nearest"]
    assert data["in_the_way"]


def test_a_client_is_created_from_the_chosen_combination(empty: Path, call: Call) -> None:
    called = call("recommend", *BUDGET, "--editors", "2", "--orders", "9", "--save", "acme",
                  "--domain", "acme.example", "--json")  # fmt: skip
    assert called.code == 0
    config = load_client(Path(called.json["data"]["saved"]["file"]))
    first = called.json["data"]["recommendations"][0]
    chosen = config.service_integration
    assert chosen.cms_config
    assert chosen.ecommerce_config
    assert chosen.cms_config.provider == first["cms_provider"]
    assert chosen.ecommerce_config.provider == first["ecommerce_provider"]
    assert chosen.ssg_engine == first["ssg_engine"]
    assert (config.usage.editors, config.usage.orders) == (2, 9)
    cost = call("cost", "acme", "--json").json["data"]["monthly"]
    assert cost["expected"] == first["monthly_cost"]["expected"]
    before = listing(empty)
    assert call("recommend", *BUDGET, "--save", "acme").code == 2
    assert listing(empty) == before


def test_another_than_the_first_can_be_picked(empty: Path, call: Call) -> None:
    recommendations = call("recommend", *BUDGET, "--json").json["data"]["recommendations"]
    called = call(
        "recommend", *BUDGET, "--save", "acme", "--pick", str(recommendations[1]["rank"]), "--json"
    )
    config = load_client(Path(called.json["data"]["saved"]["file"]))
    assert config.service_integration.cms_config
    assert config.service_integration.cms_config.provider == recommendations[1]["cms_provider"]
    called = call("recommend", *BUDGET, "--save", "other", "--pick", "9999")
    assert called.code == 2
    assert "are possible" in called.err


def test_the_front_can_be_drawn(empty: Path, call: Call) -> None:
    called = call("recommend", *BUDGET, "--chart", "--svg", "front.svg")
    assert "capability" in called.out
    assert Path("front.svg").read_text().startswith("<svg")


def test_without_a_terminal_there_is_no_prompt(empty: Path, call: Call) -> None:
    called = call("recommend")
    assert called.code == 0
    assert "no requirements are set" in called.err


def test_the_help_lists_every_need() -> None:
    text = command_file("recommend").read_text()
    assert [need for need in NEEDS if need not in text] == []


def test_the_interview_asks_a_few_questions(empty: Path) -> None:
    answers = {
        "Which products does the site sell?": "\x1b[B\r",
        "Who edits the content?": "\x1b[B\r",
        "Which goal matters most?": "\r",
        "Which technology does the team know best?": "\r",
        "Maximum dollars a month": "150\r",
        "Number of editors": "\r",
        "Number of products": "\r",
        "Orders a month": "\r",
        "Average order in dollars": "\r",
    }
    with Person(empty, "recommend") as person:
        for question, answer in answers.items():
            person.waits_for(question)
            person.types(answer)
        person.waits_for("Use TinaCMS")
        assert person.leaves() == 0
    assert (
        "platform recommend --need simple_products --need visual_editing --need content_management "
        "--need budget_conscious --need simple_needs --budget 150 --editors 1 --products 10 "
        "--orders 0 --average-order 50 --save ID"
    ) in " ".join(person.seen.split())


@pytest.mark.parametrize("budget", ["nan", "-1", "inf", "lots"])
def test_a_budget_is_an_amount(budget: str, empty: Path, call: Call) -> None:
    called = call("recommend", "--budget", budget)
    assert called.code == 2
    assert "bug" not in called.err
