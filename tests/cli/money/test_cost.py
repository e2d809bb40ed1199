"""`platform cost` on the command line and in scripts."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ACME, Call

MONTH = ("--usage=content_edits=2000", "--usage=page_views=50000", "--usage=orders=300")


def cost(call: Call, *arguments: str) -> Any:
    called = call("cost", *arguments, "--json")
    assert called.code == 0, called.err
    return called.json["data"]


def test_the_cost_of_a_client_is_the_sum_of_its_lines(workspace: Path, call: Call) -> None:
    output = cost(call, "acme", *MONTH)
    assert output["currency"] == "USD"
    assert output["client_id"] == "acme"
    assert set(output["groups"]) == {"aws", "plans", "fees", "agency"}
    for guess in ("low", "expected", "high"):
        lines = sum(line[guess] for line in output["lines"])
        assert lines == pytest.approx(output["monthly"][guess], abs=0.01)
        groups = sum(group[guess] for group in output["groups"].values())
        assert groups == pytest.approx(output["monthly"][guess], abs=0.02)
    assert output["beyond_free"]["aws"]["expected"] < output["groups"]["aws"]["expected"]


def test_an_amount_can_be_computed_from_its_quantity_and_price(workspace: Path, call: Call) -> None:
    output = cost(call, "acme", *MONTH)
    for line in output["lines"]:
        assert {"quantity", "unit", "unit_price", "source", "as_of", "certainty"} <= set(line)
        assert line["quantity"] == pytest.approx(sum(use["expected"] for use in line["made_of"]))
        if line["group"] == "aws":
            price = output["inputs"]["prices"][line["price"]]
            made = line["quantity"] * price["usd"] / price["per"]
            assert made == pytest.approx(line["expected"], abs=1e-6)
    views, guess = output["inputs"]["usage"]["page_views"], output["inputs"]["assumptions"]
    [data] = [line for line in output["lines"] if line["price"] == "cloudfront.egress.us.gb"]
    assert data["quantity"] == views * guess["megabytes_per_view"]["expected"] / 1024


def test_the_screen_shows_each_line_with_its_date_and_certainty(
    workspace: Path, call: Call
) -> None:
    called = call("cost", "acme", *MONTH, "--details")
    assert called.code == 0
    [flips] = [line for line in called.out.splitlines() if "Pointer flips" in line]
    assert "unverified" in flips
    assert "no date" in flips
    assert "list price" in called.out
    assert "unverified, from memory: " in called.err
    assert "older than 90 days" in called.err


def test_usage_comes_from_the_file_and_a_flag_wins(workspace: Path, call: Call) -> None:
    file = workspace / "clients" / "acme.yaml"
    file.write_text(ACME + "usage: {page_views: 70000, known: {requests_per_view: 2}}\n")

    def requests(*said: str) -> Any:
        lines = cost(call, "acme", *said)["lines"]
        return next(each["quantity"] for each in lines if each["price"] == "cloudfront.https.req")

    assert requests() == 140_000
    assert requests("--usage=page_views=10") == 20
    assert requests("--usage=requests_per_view=3") == 210_000


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "which client?"),
        (("nobody",), "there is no client 'nobody'"),
        (("acme", "--all"), "--all estimates all clients"),
        (("acme", "--usage=page_view=1"), "did you mean 'page_views'?"),
        (("acme", "--usage=page_views"), "is not KEY=VALUE"),
        (("acme", "--usage=page_views=many"), "usage page_views: "),
        (("acme", "--usage=page_views=-1"), "usage page_views: "),
        (("acme", "--usage=page_views=nan"), "usage page_views: "),
        (("acme", "--compare=provider=snipkart"), "did you mean 'snipcart'?"),
        (("acme", "--compare=engine=huga"), "did you mean 'hugo'?"),
        (("acme", "--compare=mode=direct"), "direct mode supports one provider"),
        (("acme", "--compare=cdn=gold"), "one of: business, free, pro"),
        (("acme", "--compare=colour=red"), "cannot compare by 'colour=red'"),
        (("acme", "--refresh"), "--refresh updates prices"),
        (("acme", "--accept"), "--accept requires --refresh"),
        (("acme", "--over=orderz"), "orders"),
        (("acme", "--clients=0"), "greater than or equal to 1"),
    ],
)
def test_a_usage_error_suggests_a_fix(
    arguments: tuple[str, ...], says: str, workspace: Path, call: Call
) -> None:
    called = call("cost", *arguments)
    assert called.code == 2
    assert says in called.err.replace("\n", " ")
    assert called.out == ""


def test_an_invalid_figure_in_the_file_is_reported_with_its_position(
    workspace: Path, call: Call
) -> None:
    file = workspace / "clients" / "acme.yaml"
    file.write_text(ACME + "usage:\n  known:\n    requests_per_vieww: 2\n")
    called = call("cost", "acme")
    assert called.code == 2
    assert "acme.yaml:25:5" in called.err
    assert "requests_per_view" in called.err


def test_the_agencys_price_comes_only_from_the_price_file(workspace: Path, call: Call) -> None:
    assert cost(call, "acme")["groups"]["agency"]["expected"] == 0
    assert cost(call, "acme")["inputs"]["usage"]["agency_usd"] is None
    assert cost(call, "acme", "--usage=agency_usd=250")["groups"]["agency"]["expected"] == 250


def test_a_fleet_counts_the_allowances_once(workspace: Path, call: Call) -> None:
    one = cost(call, "acme", *MONTH)
    fleet = cost(call, "acme", *MONTH, "--clients=100")["fleet"]
    assert fleet["clients"] == 100
    assert fleet["monthly"]["expected"] < 100 * one["monthly"]["expected"]
    few = cost(call, "acme", *MONTH, "--clients=2")["fleet"]
    assert few["each"]["expected"] < fleet["each"]["expected"]


def test_all_clients_are_added_up(workspace: Path, call: Call) -> None:
    other = ACME.replace("client_id: acme", "client_id: bravo").replace("shopify\n", "snipcart\n")
    other = other.replace(
        "{store_domain: acme.myshopify.com}", "{public_api_key: OWE5NTY3ZGEtODVkZC00}"
    )
    (workspace / "clients" / "bravo.yaml").write_text(other)
    output = cost(call, "--all")
    clients = {each["client_id"]: each["monthly"]["expected"] for each in output["clients"]}
    assert set(clients) == {"acme", "bravo"}
    assert sum(clients.values()) == pytest.approx(output["monthly"]["expected"], abs=0.02)
    assert output["beyond_free"]["aws"]["expected"] < output["groups"]["aws"]["expected"]
    assert call("cost", "--all").code == 0


def test_findings_of_all_clients_are_reported_at_once(workspace: Path, call: Call) -> None:
    for name in ("bravo", "gamma"):
        (workspace / "clients" / f"{name}.yaml").write_text(ACME.replace("eleventy", "elevty"))
    called = call("cost", "--all")
    assert called.code == 2
    assert "clients/bravo.yaml:" in called.err
    assert "clients/gamma.yaml:" in called.err
    assert called.out == ""


def test_a_workspace_without_clients_costs_nothing(workspace: Path, call: Call) -> None:
    (workspace / "clients" / "acme.yaml").unlink()
    assert cost(call, "--all")["monthly"]["expected"] == 0


def test_a_comparison_shows_the_other_provider_and_the_break_even(
    workspace: Path, call: Call
) -> None:
    [beside] = cost(call, "acme", *MONTH, "--compare=provider=snipcart")["compared"]
    assert beside["difference"] == pytest.approx(
        beside["monthly"]["expected"] - cost(call, "acme", *MONTH)["monthly"]["expected"], abs=0.02
    )
    [even] = [each for each in beside["break_even"] if each["quantity"] == "orders"]
    assert even["sales_usd"] == even["at"] * 50
    result = call("cost", "acme", *MONTH, "--compare=provider=snipcart")
    assert "Break-even: Snipcart is cheaper below" in result.err


def test_a_cdn_plan_that_is_too_small_is_reported(workspace: Path, call: Call) -> None:
    called = call("cost", "acme", *MONTH, "--compare=cdn=free")
    assert "the plan is too small for this month: 1,250,000 of 1,000,000" in called.err


def test_prices_of_the_workspace_are_used(workspace: Path, call: Call) -> None:
    (workspace / "prices.yaml").write_text(
        'sources: {list: {what: "AWS Price List", as_of: 2026-11-23}}\n'
        'prices: {cloudwatch.alarm: {price: "1.10", source: list}}\n'
    )
    [alarms] = [line for line in cost(call, "acme")["lines"] if line["price"] == "cloudwatch.alarm"]
    assert alarms["expected"] == pytest.approx(6.6)
    assert alarms["as_of"] == "2026-11-23"


def test_the_chart_has_a_bar_for_each_line_and_can_be_written_to_a_file(
    workspace: Path, call: Call
) -> None:
    called = call("cost", "acme", *MONTH, "--chart", "--svg=bars.svg")
    assert "Data to visitors" in called.out.split("\nall ")[1]
    picture = (workspace / "bars.svg").read_text()
    assert picture.startswith("<svg")
    assert "Data to visitors" in picture


def test_a_curve_marks_the_break_even_points(workspace: Path, call: Call) -> None:
    arguments = ("--usage=orders=30", "--compare=provider=snipcart", "--over=orders")
    called = call("cost", "acme", *arguments, "--svg=curve.svg")
    assert called.code == 0, called.err
    assert "Snipcart passes acme at 39 orders a month" in called.out
    assert "Snipcart" in (workspace / "curve.svg").read_text()


def test_a_picture_of_json_is_only_the_file(workspace: Path, call: Call) -> None:
    called = call("cost", "acme", "--svg=bars.svg", "--json")
    assert called.json["command"] == "cost"
    assert (workspace / "bars.svg").is_file()


def test_published_figures_are_listed_apart_from_ours(workspace: Path, call: Call) -> None:
    """G-02..G-08."""
    file = workspace / "clients" / "acme.yaml"
    file.write_text(ACME.replace("eleventy", "astro"))
    output = cost(call, "acme")
    assert output["published"]["monthly_cost"] == [150, 225]
    assert output["published"]["all_clients"]["monthly_cost"] == [50, 580]
    assert sum(output["published"]["integration_overhead"]["monthly_cost"].values()) == 15
    assert output["monthly"]["expected"] not in {150, 225}
    result = call("cost", "acme", "--details").out
    assert "Published figures, not ours, $ a month: 150-225 for this combination" in result
    file.write_text(ACME)
    assert cost(call, "acme")["published"]["monthly_cost"] is None
