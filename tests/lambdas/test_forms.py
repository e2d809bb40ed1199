"""The forms function over a real emulator: requests, the table's stream, the sweep."""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from platform_core import contract
from platform_core.forms.definition import forms_to_json
from platform_core.forms.entries import EntryKey, FormEntry, MailStatus
from platform_core.pipeline.actions import BuildSite, SweepDue, to_message
from tests.fakes.forms import CONTACT
from tests.lambdas.test_handlers import Context, fresh, setenv
from tests.lambdas.test_ports import table as create_table

BODY = "name=Ann&email=ann%40example.org&message=Hello"


@pytest.fixture
def table(aws: None) -> str:
    keys = {contract.FORMS_KEY: "S", contract.FORMS_SORT: "S"}
    waiting = {contract.PENDING: "S", contract.MAIL_AT: "N"}
    return create_table(keys, {contract.MAIL_INDEX: waiting})


@pytest.fixture
def handler(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    setenv(
        monkeypatch,
        **{
            contract.FORMS: forms_to_json([CONTACT]),
            contract.FORMS_TABLE: table,
            contract.FORMS_HOSTS: "acme.example,d111.cloudfront.net",
            contract.FORMS_LANGUAGE: "en",
        },
    )
    ses: Any = boto3.client("sesv2")
    ses.create_email_identity(EmailIdentity=CONTACT.sender)
    yield fresh("forms")
    ses.delete_email_identity(EmailIdentity=CONTACT.sender)


def post(
    handler: Any, body: str = BODY, name: str = "contact", visitor: str = "192.0.2.7"
) -> dict[str, Any]:
    event = {
        "routeKey": "POST /_forms/{name}",
        "rawPath": f"/_forms/{name}",
        "pathParameters": {"name": name},
        "headers": {
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
            "x-forwarded-for": f"10.9.9.9, {visitor}, 203.0.113.5",
        },
        "requestContext": {"http": {"method": "POST", "sourceIp": "203.0.113.5"}},
        "body": body,
    }
    return dict(handler(event, Context()))


def rows_of(table: str) -> Any:
    resource: Any = boto3.resource("dynamodb")
    return resource.Table(table)


def rows(table: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = rows_of(table).scan()["Items"]
    return items


def entries(table: str) -> list[FormEntry]:
    stored = (row for row in rows(table) if row[contract.FORMS_KEY] != contract.FORMS_LIMITS)
    return [FormEntry.from_row(row) for row in stored]


def stream_of(*keys: EntryKey) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "Keys": {name: {"S": value} for name, value in key.to_row().items()},
                    "SequenceNumber": str(number),
                },
            }
            for number, key in enumerate(keys)
        ]
    }


def test_an_entry_is_stored_and_its_mail_follows_from_the_stream(handler: Any, table: str) -> None:
    response = post(handler)
    assert response["statusCode"] == 303
    assert response["headers"]["location"] == "/_forms/contact/thanks"
    [entry] = entries(table)
    assert entry.mail is MailStatus.WAITING
    limits = EntryKey(contract.FORMS_LIMITS, "1")
    assert handler(stream_of(limits, entry.key), Context()) == {"batchItemFailures": []}
    [sent] = entries(table)
    assert (sent.mail, sent.attempts) == (MailStatus.SENT, 1)
    assert handler(to_message(SweepDue()), Context()) == {"sent": 0}


def test_the_sweep_sends_a_mail_that_was_refused(handler: Any, table: str) -> None:
    ses: Any = boto3.client("sesv2")
    ses.delete_email_identity(EmailIdentity=CONTACT.sender)
    post(handler)
    [entry] = entries(table)
    handler(stream_of(entry.key), Context())
    [failed] = entries(table)
    assert (failed.mail, failed.reason) == (MailStatus.FAILED, "MessageRejected")
    ses.create_email_identity(EmailIdentity=CONTACT.sender)
    rows_of(table).update_item(  # the time until the next attempt passes
        Key=entry.key.to_row(),
        UpdateExpression="SET mail_at = :past",
        ExpressionAttributeValues={":past": 1},
    )
    assert handler(to_message(SweepDue()), Context()) == {"sent": 1}
    [sent] = entries(table)
    assert (sent.mail, sent.reason, sent.attempts) == (MailStatus.SENT, "", 2)


def test_a_repeated_entry_is_stored_once_and_an_erased_one_stays_away(
    handler: Any, table: str
) -> None:
    post(handler)
    [entry] = entries(table)
    handler(stream_of(entry.key), Context())
    post(handler)
    [entry] = entries(table)
    assert entry.mail is MailStatus.SENT, "the repeat leaves it as it is"
    rows_of(table).delete_item(Key=entry.key.to_row())
    handler(stream_of(entry.key), Context())
    assert not entries(table)


def test_the_limits_hold_by_the_address_before_the_edge(handler: Any, table: str) -> None:
    statuses = [post(handler, f"{BODY}{number}")["statusCode"] for number in range(11)]
    assert statuses == [303] * 10 + [429]
    assert post(handler, visitor="192.0.2.8")["statusCode"] == 303
    stored = json.dumps(rows(table), default=str)
    assert "192.0.2.7" not in stored
    assert "10.9.9.9" not in stored


def test_pages_load_nothing_and_are_not_stored(handler: Any) -> None:
    event = {"routeKey": "GET /_forms/{name}/thanks", "pathParameters": {"name": "contact"}}
    response = handler(event, Context())
    assert response["statusCode"] == 200
    headers = response["headers"]
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_the_log_has_nothing_of_a_visitor(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    module = sys.modules["lambdas.forms.handler"]
    monkeypatch.setattr(module.log.registered_handler, "stream", written)
    post(handler)
    post(handler, "name=Ann&email=ann")
    post(handler, name="ann@example.org")
    handler({"routeKey": "GET /_forms/{name}/thanks", "pathParameters": {"name": "Ann"}}, Context())
    logged = written.getvalue().lower()
    assert logged.count('"outcome"') == 4
    for word in ("ann", "example.org", "hello", "192.0.2.7", "203.0.113"):
        assert word not in logged


def test_other_actions_are_refused(handler: Any) -> None:
    with pytest.raises(Exception, match="no such action"):
        handler(to_message(BuildSite()), Context())
