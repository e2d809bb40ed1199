"""POST /_forms/{name}, GET /_forms/{name}/thanks; the table's stream; the sweep.

Nothing of a visitor is in the log: no value, no address, no id of an entry.
"""

import os
import secrets
import time
from collections.abc import Mapping
from typing import Any

from lambdas.forms.mailer import SesMailer
from lambdas.forms.settings import read_forms
from lambdas.forms.store import DynamoEntries
from lambdas.runtime.adapters import clients
from lambdas.runtime.entry import guard_errors
from lambdas.runtime.http_api import to_request
from lambdas.runtime.log import make_logger
from platform_core import contract
from platform_core.errors import Refused
from platform_core.forms import pages
from platform_core.forms.entries import EntryKey
from platform_core.forms.mail import MailDeps, send_due_mails, sweep_mails
from platform_core.forms.receive import FormResponse, FormsDeps, receive_entry, show_thanks
from platform_core.pipeline.actions import SweepDue, action_from

MARGIN = 5.0
"""Seconds before the function's timeout in which no new mail is sent."""

settings = read_forms(os.environ)
log = make_logger("forms", settings.client)
entries = DynamoEntries(clients.client("dynamodb"), settings.table)
deps = FormsDeps(
    forms=settings.forms,
    hosts=settings.hosts,
    language=settings.language,
    entries=entries,
    counters=entries,
    make_salt=lambda: secrets.token_hex(16),
)


def write_log(message: str, /, **facts: object) -> None:
    write = log.warning if contract.ALARM in facts else log.info
    write(message, extra=facts)


mails = MailDeps(
    forms=settings.forms,
    site=settings.domain,
    entries=entries,
    mailer=SesMailer(clients.client("sesv2")),
    clock=time.time,
    log=write_log,
)


@guard_errors(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle one request of the HTTP API, one batch of the stream, or the sweep."""
    if "routeKey" in event:
        return _answer(event)
    until = time.time() + context.get_remaining_time_in_millis() / 1000 - MARGIN
    if isinstance(event.get("Records"), list):
        send_due_mails(mails, _new_entries(event["Records"]), until)
        # A mail that was not sent stays due, and the sweep sends it.
        return {"batchItemFailures": []}
    match action_from(event):
        case SweepDue():
            return {"sent": sweep_mails(mails, until)}
        case _:
            raise Refused("forms knows no such action")


def _answer(event: Mapping[str, Any]) -> dict[str, Any]:
    name = str((event.get("pathParameters") or {}).get("name", ""))
    if event["routeKey"].startswith("GET "):
        response = show_thanks(name, deps)
    else:
        request = to_request(event, time.time())
        response = receive_entry(request, name, _visitor_address(event, request.headers), deps)
    form = name if name in settings.forms else "-"
    log.info("form", extra={"form": form, "outcome": response.outcome, "status": response.status})
    return _to_gateway(response)


def _visitor_address(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Return the address that CloudFront has seen: the last one before its own.

    API Gateway sees an address of CloudFront. A caller that goes past CloudFront can claim any
    address; the limit of the site holds for it.
    """
    caller = str(event.get("requestContext", {}).get("http", {}).get("sourceIp", ""))
    passed = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
    return next((part for part in reversed(passed) if part and part != caller), caller)


def _new_entries(records: list[dict[str, Any]]) -> list[EntryKey]:
    keys = (record["dynamodb"]["Keys"] for record in records)
    pairs = ((key[contract.FORMS_KEY]["S"], key[contract.FORMS_SORT]["S"]) for key in keys)
    return [EntryKey(form, entry) for form, entry in pairs if form != contract.FORMS_LIMITS]


def _to_gateway(response: FormResponse) -> dict[str, Any]:
    headers = {
        "cache-control": "no-store",
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": pages.POLICY,
        "x-robots-tag": "noindex",
    }
    if response.location:
        headers["location"] = response.location
    return {"statusCode": response.status, "headers": headers, "body": response.body}
