"""Comparison of AWS's price list with the price book, and the changes that are accepted."""

import contextlib
import json
import time
from copy import deepcopy
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.api.money.prices import (
    PriceUpdate,
    UncertainPrices,
    fetch_price_update,
    save_price_update,
)
from platform_cli.cost import price_book as books
from platform_cli.cost.price_book import PriceBook
from platform_cli.cost.price_refresh import (
    SOURCE,
    Offer,
    OfferFile,
    PriceComparison,
    Rate,
    compare_prices,
    format_usd,
    render_price_file,
)
from platform_cli.errors import Exit, PlatformError
from platform_cli.screen import Flags, Screen
from platform_cli.targets import aws_price_list
from platform_cli.targets.aws_price_list import DownloadLimits, OffersUnavailable
from platform_cli.views.money.prices import price_update_data, show_price_changes, show_saved_prices
from tests.cli.conftest import Call
from tests.cli.money.offers import Raw, add, files, sent, serving, sku_of

BOOK = books.load_price_book()
LAMBDA = OfferFile("AWSLambda", "us-east-1")
REQUEST = BOOK["lambda.request"]
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def listed() -> dict[OfferFile, Raw]:
    return files(BOOK)


@pytest.fixture
def aws(listed: dict[OfferFile, Raw]) -> dict[OfferFile, Raw]:
    """AWS's files, which agree with the book. A test may change its copy."""
    return deepcopy(listed)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def compared(made: dict[OfferFile, Raw], book: PriceBook = BOOK) -> PriceComparison:
    return compare_prices(book, {file: Offer.model_validate(raw) for file, raw in made.items()})


def priced(made: dict[OfferFile, Raw], *steps: tuple[str, str], currency: str = "USD") -> None:
    """Set AWS's price of a million function calls, by tiers: (first unit, dollars)."""
    per_unit = [(Decimal(begin), Decimal(usd) / REQUEST.per) for begin, usd in steps]
    add(made[LAMBDA], sku_of(REQUEST), {"usagetype": "Request"}, per_unit, currency)


# --- what differs ---------------------------------------------------------------------------------


def test_every_sku_of_the_book_has_its_offer_file() -> None:
    assert not [price.key for price in BOOK if price.sku and "offer" not in price.price_list]


def test_a_list_that_agrees_confirms_each_price(aws: dict[OfferFile, Raw]) -> None:
    comparison = compared(aws)
    assert comparison.ambiguous == comparison.missing == ()
    assert [change.key for change in comparison.changes if change.differs or change.jumps] == []
    keys = {change.key for change in comparison.changes}
    assert keys == {price.key for price in BOOK if price.price_list}
    assert all(change.published == date(2026, 10, 30) for change in comparison.changes)


def test_a_changed_price_is_converted_to_the_units_of_the_book(aws: dict[OfferFile, Raw]) -> None:
    priced(aws, ("0", "0.22"))
    (change,) = [change for change in compared(aws).changes if change.differs]
    assert (change.key, change.sku) == ("lambda.request", sku_of(REQUEST))
    assert (str(change.old), str(change.new), change.jumps) == ("0.20", "0.22", False)


def test_a_free_allowance_is_not_a_price(aws: dict[OfferFile, Raw]) -> None:
    priced(aws, ("0", "0"), ("1000000", "0.25"), ("9000000", "0.10"))
    (change,) = [change for change in compared(aws).changes if change.differs]
    assert change.new == Rate(Decimal("0.25"))


def test_tiers_are_read_if_the_book_has_tiers(aws: dict[OfferFile, Raw]) -> None:
    (raw,) = (raw for file, raw in aws.items() if file.offer == "AmazonApiGateway")
    price = BOOK["apigw.http.request"]
    steps = [(Decimal(0), Decimal("0.0000010")), (Decimal(200_000_000), Decimal("0.0000002"))]
    add(raw, sku_of(price), {"usagetype": price.price_list["usagetype"]}, steps)
    (change,) = [change for change in compared(aws).changes if change.differs]
    assert str(change.old) == "1.00, 0.90 from 300,000,000"
    assert str(change.new) == "1.00, 0.20 from 200,000,000"
    assert change.jumps


@given(st.decimals(min_value="0.0001", max_value="9999", places=4))
def test_a_jump_is_more_than_three_times_either_way(usd: Decimal) -> None:
    price_files = deepcopy({LAMBDA: files(BOOK)[LAMBDA]})
    priced(price_files, ("0", str(usd)))
    (change,) = [each for each in compared(price_files).changes if each.key == REQUEST.key]
    assert change.new.usd == usd
    assert change.jumps == (usd > 3 * REQUEST.usd or usd * 3 < REQUEST.usd)


# --- what cannot be told --------------------------------------------------------------------------


def doubt(made: dict[OfferFile, Raw], key: str = "lambda.request") -> str:
    """Return the only doubt, which is about this price. The price is not among the changes."""
    comparison = compared(made)
    (finding,) = comparison.ambiguous
    assert finding.where == key
    assert key not in {change.key for change in comparison.changes}
    return finding.message


def missing(made: dict[OfferFile, Raw]) -> dict[str, str]:
    """Return the reasons of missing prices, none of which has a doubt or a change."""
    comparison = compared(made)
    why = {finding.where: finding.message for finding in comparison.missing}
    assert not comparison.ambiguous
    assert not why.keys() & {change.key for change in comparison.changes}
    return why


def test_several_matching_products_are_an_error(aws: dict[OfferFile, Raw]) -> None:
    (raw,) = (raw for file, raw in aws.items() if file.offer == "AWSQueueService")
    add(raw, "ANOTHER", {"usagetype": "Requests-RBP"}, [(Decimal(0), Decimal("0.1"))])
    message = doubt(aws, "sqs.request")
    assert "2 products have usagetype Requests-RBP: ANOTHER, SKUSQSREQUEST" in message


def test_the_group_distinguishes_products_of_one_usage_type(aws: dict[OfferFile, Raw]) -> None:
    (raw,) = (raw for file, raw in aws.items() if file.offer == "AmazonDynamoDB")
    wru = BOOK["dynamodb.wru"]
    del raw["products"][wru.sku]
    attributes = {"usagetype": "WriteRequestUnits", "group": "DDB-WriteUnits"}
    add(raw, "NEW", attributes, [(Decimal(0), Decimal("0.000000625"))])
    add(raw, "OTHER", {**attributes, "group": "DDB-WriteUnitsIA"}, [(Decimal(0), Decimal(1))])
    skus = {change.key: change.sku for change in compared(aws).changes}
    assert skus["dynamodb.wru"] == "NEW"


def test_a_removed_sku_without_a_filter_is_reported(aws: dict[OfferFile, Raw]) -> None:
    (raw,) = (raw for file, raw in aws.items() if file.offer == "AmazonS3")
    raw["products"].clear()
    assert missing(aws)["s3.get"] == f"AmazonS3: the SKU {BOOK['s3.get'].sku} no longer exists"


def test_no_product_matches(aws: dict[OfferFile, Raw]) -> None:
    del aws[LAMBDA]["products"][sku_of(REQUEST)]
    assert missing(aws) == {"lambda.request": "AWSLambda: no product has usagetype Request"}


def test_another_currency(aws: dict[OfferFile, Raw]) -> None:
    priced(aws, ("0", "1.4"), currency="CNY")
    assert "is priced in CNY, not in USD" in doubt(aws)


def test_a_product_without_a_price(aws: dict[OfferFile, Raw]) -> None:
    aws[LAMBDA]["terms"]["OnDemand"].pop(sku_of(REQUEST))
    assert "has no on-demand price" in missing(aws)["lambda.request"]


def test_a_product_that_costs_nothing(aws: dict[OfferFile, Raw]) -> None:
    priced(aws, ("0", "0"))
    assert "costs nothing" in doubt(aws)


def test_two_contracts(aws: dict[OfferFile, Raw]) -> None:
    terms = aws[LAMBDA]["terms"]["OnDemand"][sku_of(REQUEST)]
    terms["another"] = next(iter(terms.values()))
    assert "has 2 on-demand prices" in doubt(aws)


def test_two_prices_for_the_same_units(aws: dict[OfferFile, Raw]) -> None:
    priced(aws, ("0", "0.2"), ("0", "0.3"))
    assert "two prices for the same units" in doubt(aws)


@pytest.mark.parametrize(
    "usd", ["-0.1", "NaN", "Infinity", "1E+999999", "free", None, {}, "9" * 40]
)
def test_a_price_that_makes_no_sense(aws: dict[OfferFile, Raw], usd: object) -> None:
    (term,) = aws[LAMBDA]["terms"]["OnDemand"][sku_of(REQUEST)].values()
    (dimension,) = term["priceDimensions"].values()
    dimension["pricePerUnit"]["USD"] = usd
    assert "is not valid" in doubt(aws)


@pytest.mark.parametrize("term", [None, [], {}, {"priceDimensions": {}}, {"priceDimensions": 1}])
def test_a_contract_that_makes_no_sense(aws: dict[OfferFile, Raw], term: object) -> None:
    aws[LAMBDA]["terms"]["OnDemand"][sku_of(REQUEST)] = {"one": term}
    assert "is not valid" in doubt(aws)


# --- the workspace's own book ---------------------------------------------------------------------


def test_the_overlay_overrides_the_book(aws: dict[OfferFile, Raw], tmp_path: Path) -> None:
    priced(aws, ("0", "0.22"))
    text = render_price_file(BOOK, compared(aws).changes, TODAY)
    assert "&" not in text, "a date stands in full in each row"
    (tmp_path / books.WORKSPACE_FILE).write_text(text)
    laid = books.load_price_book(tmp_path)
    price = laid["lambda.request"]
    assert (price.usd, price.source, price.certainty) == (Decimal("0.22"), SOURCE, "A")
    assert (price.as_of, price.free, price.label) == (TODAY, REQUEST.free, REQUEST.label)
    assert laid["apigw.http.request"].tiers == BOOK["apigw.http.request"].tiers
    assert not laid["s3.get"].stale(TODAY, laid.stale_after_days)
    assert laid["cloudfront.plan.pro"] == BOOK["cloudfront.plan.pro"]


def test_earlier_prices_stay_if_they_cannot_be_read_now(
    aws: dict[OfferFile, Raw], tmp_path: Path
) -> None:
    priced(aws, ("0", "0.22"))
    own = tmp_path / books.WORKSPACE_FILE
    own.write_text(render_price_file(BOOK, compared(aws).changes, TODAY))
    laid = books.load_price_book(tmp_path)
    del aws[LAMBDA]
    own.write_text(render_price_file(laid, compared(aws, laid).changes, date(2026, 12, 24)))
    later = books.load_price_book(tmp_path)
    assert (later["lambda.request"].usd, later["lambda.request"].as_of) == (Decimal("0.22"), TODAY)
    assert later["s3.get"].as_of == date(2026, 12, 24)


@given(st.decimals(min_value=0, max_value=10**6, places=12))
def test_a_price_is_written_in_digits(amount: Decimal) -> None:
    assert Decimal(format_usd(amount)) == amount
    assert "E" not in format_usd(amount)
    assert len(format_usd(amount).partition(".")[2]) >= 2


# --- fetched --------------------------------------------------------------------------------------


def test_files_are_fetched_and_reported(aws: dict[OfferFile, Raw]) -> None:
    told: list[str] = []
    with serving(aws) as url:
        comparison = aws_price_list.fetch_offers(aws, told.append, base_url=url)
    assert comparison.keys() == aws.keys()
    assert "AWSLambda in us-east-1" in told
    assert compare_prices(BOOK, comparison).missing == ()


def test_a_file_that_aws_does_not_have_is_skipped(aws: dict[OfferFile, Raw]) -> None:
    with serving({LAMBDA: aws[LAMBDA]}) as url:
        comparison = aws_price_list.fetch_offers(aws, print, base_url=url)
    assert comparison.keys() == {LAMBDA}


def truncated(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"publicationDate": ')


def redirecting(handler: BaseHTTPRequestHandler) -> None:
    sent(handler, 302, b"", Location="http://127.0.0.1:9/elsewhere")


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b" " * 4096)


def slow(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(40):
            handler.wfile.write(b" ")
            time.sleep(0.05)


HOSTILE = {
    "truncated": (truncated, DownloadLimits(), "peer closed connection"),
    "redirect": (redirecting, DownloadLimits(), "status 302"),
    "5xx": (lambda handler: sent(handler, 503, b"busy"), DownloadLimits(), "status 503"),
    "endless": (endless, DownloadLimits(max_bytes=1 << 20), "over 1 MB"),
    "slow": (slow, DownloadLimits(seconds=0.2), "not complete after 0 seconds"),
    "silent": (lambda _: time.sleep(0.4), DownloadLimits(read_timeout_seconds=0.1), "timed out"),
    "no JSON": (
        lambda handler: sent(handler, 200, b"<html>"),
        DownloadLimits(),
        "not an offer file",
    ),
    "other JSON": (
        lambda handler: sent(handler, 200, b'{"a": 1}'),
        DownloadLimits(),
        "publicationDate",
    ),
    "a list": (lambda handler: sent(handler, 200, b"[]"), DownloadLimits(), "not an offer file"),
    "deep": (
        lambda handler: sent(handler, 200, b"[" * 100_000),
        DownloadLimits(),
        "not an offer file",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_server_is_refused(case: str) -> None:
    answer, limits, why = HOSTILE[case]
    with serving({}, answer) as url, pytest.raises(OffersUnavailable) as refused:
        aws_price_list.fetch_offers([LAMBDA], print, base_url=url, limits=limits)
    assert why in str(refused.value)


# --- the whole verb -------------------------------------------------------------------------------


def refresh(workspace: Path, url: str, *, accept_jumps: bool = False) -> PriceUpdate:
    """Refresh the prices of a workspace from a server of offer files."""
    update = fetch_price_update(workspace=workspace, base_url=url)
    save_price_update(update, accept_jumps=accept_jumps)
    return update


def test_differences_are_shown_and_then_written(
    aws: dict[OfferFile, Raw], workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    priced(aws, ("0", "0.22"))
    with serving(aws) as url:
        update = refresh(workspace, url)
        second_update = refresh(workspace, url)
    screen = Screen(Flags())
    show_price_changes(screen, update)
    show_saved_prices(screen, update)
    captured = capsys.readouterr()
    assert "lambda.request  0.20  0.22  1000000  request  2026-10-30" in captured.out
    assert f"1 changed, {update.confirmed} confirmed" in captured.err
    assert books.load_price_book(workspace)["lambda.request"].usd == Decimal("0.22")
    data = price_update_data(update)
    assert json.loads(json.dumps(data)) == data
    assert (len(update.changed), second_update.changed) == (1, [])


def test_a_jump_needs_to_be_accepted(aws: dict[OfferFile, Raw], workspace: Path) -> None:
    priced(aws, ("0", "2.00"))
    with serving(aws) as url:
        with pytest.raises(UncertainPrices) as refused:
            refresh(workspace, url)
        assert refused.value.exit_code is Exit.FAILURE
        assert [finding.where for finding in refused.value.findings] == ["lambda.request", ""]
        assert "from 0.20 to 2.00 dollars" in refused.value.findings[0].message
        assert not (workspace / books.WORKSPACE_FILE).exists()
        refresh(workspace, url, accept_jumps=True)
    assert books.load_price_book(workspace)["lambda.request"].usd == Decimal("2.00")


def test_the_verb_shows_a_jump_before_it_refuses_it(
    aws: dict[OfferFile, Raw], workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced(aws, ("0", "2.00"))
    with serving(aws) as url:
        defaults = {**(fetch_price_update.__kwdefaults__ or {}), "base_url": url}
        monkeypatch.setattr(fetch_price_update, "__kwdefaults__", defaults)
        called = call("cost", "--refresh")
    assert called.code == Exit.FAILURE
    assert "lambda.request  0.20  2.00  1000000  request  2026-10-30" in called.out
    assert "no price was written" in called.err
    assert not (workspace / books.WORKSPACE_FILE).exists()


def test_accepting_jumps_never_resolves_doubts(aws: dict[OfferFile, Raw], workspace: Path) -> None:
    other = dict(aws[LAMBDA]["products"][sku_of(REQUEST)])
    aws[LAMBDA]["products"] |= {"A": other, "B": other}
    del aws[LAMBDA]["products"][sku_of(REQUEST)]
    with serving(aws) as url:
        with pytest.raises(UncertainPrices) as refused:
            refresh(workspace, url)
        assert "2 products have usagetype Request: A, B" in refused.value.findings[0].message
        update = refresh(workspace, url, accept_jumps=True)
    assert price_update_data(update)["left"] == ["lambda.request"]
    assert books.load_price_book(workspace)["lambda.request"] == REQUEST
    screen = Screen(Flags())
    show_saved_prices(screen, update)
    assert screen.warnings[0].startswith("left unchanged: lambda.request: AWSLambda")


def test_prices_that_aws_does_not_list_stay_and_are_reported(
    aws: dict[OfferFile, Raw], workspace: Path
) -> None:
    del aws[LAMBDA]
    with serving(aws) as url:
        update = refresh(workspace, url)
    assert price_update_data(update)["left"] == ["lambda.request", "lambda.gbs.arm64"]
    assert "AWS publishes no such file for us-east-1" in update.unchanged[0].message
    assert books.load_price_book(workspace)["s3.get"].source == SOURCE


def test_a_list_without_any_price_is_not_saved(workspace: Path) -> None:
    with serving({}) as url, pytest.raises(PlatformError, match="no price was written"):
        refresh(workspace, url, accept_jumps=True)
    assert not (workspace / books.WORKSPACE_FILE).exists()


def test_without_network_nothing_changes(workspace: Path) -> None:
    own = workspace / books.WORKSPACE_FILE
    own.write_text("prices: {}\n")
    with serving({}) as url:
        pass
    with pytest.raises(OffersUnavailable) as refused:
        refresh(workspace, url, accept_jumps=True)
    assert refused.value.exit_code is Exit.FAILURE
    assert "no connection" in refused.value.findings[0].message
    assert "no price was changed" in refused.value.findings[0].hint
    assert own.read_text() == "prices: {}\n"
