"""View of the status of a deployed client."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Final

from platform_cli.api.deployments.statuses import ClientStatus
from platform_cli.local.addresses import describe_move
from platform_cli.operations.webhook_registration import RegistrationState
from platform_cli.screen import Data, Screen
from platform_cli.targets.deployments import command_arguments
from platform_cli.views.content_reports import describe_report, list_report
from platform_cli.views.layout import (
    count_noun,
    show_answer,
    show_heading,
    show_items,
    show_next,
    show_rows,
)
from platform_core.contract.status import SiteBuildStatus

WEBHOOK_COLUMNS: Final = ("provider", "state", "looked at", "missed", "note", "address")
FAULTY_WEBHOOKS: Final = frozenset({RegistrationState.MISSING, RegistrationState.BROKEN})
"""States in which no delivery arrives."""
MAX_WEBHOOKS: Final = 4

Problem = tuple[str, str, str]
"""A problem, the command for it, and the purpose of the command."""


def show_status(screen: Screen, status: ClientStatus, *, details: bool = False) -> None:
    """Show the state of the site in a sentence, then its problems and its parts."""
    problems = list(_find_problems(status))
    show_answer(screen, _describe_site(status, problems))
    if len(problems) > 1:
        show_items(screen, [text for text, _, _ in problems])
    show_heading(screen, "Details" if details else "Deployment")
    show_rows(screen, list(_all_rows(status_data(status)) if details else _rows(status)))
    if details and status.content and (lines := list(list_report(status.content))):
        show_heading(screen, "Content that is not on the site")
        show_items(screen, lines)
    if details and status.webhooks:
        rows = [
            [
                webhook.provider, webhook.state, webhook.looked_at or "never",
                webhook.missed if webhook.looked_at else "", webhook.note, webhook.address,
            ]
            for webhook in status.webhooks
        ]  # fmt: skip
        show_heading(screen, "Webhooks")
        show_rows(screen, rows, WEBHOOK_COLUMNS)
    steps = [(command, purpose) for _, command, purpose in problems if command][:3]
    plan = (f"platform plan {_arguments(status)}", "shows undeployed changes")
    show_next(screen, *(steps or [plan]))


def status_data(status: ClientStatus) -> Data:
    """Return a client's status as JSON data."""
    return asdict(status)


def _arguments(status: ClientStatus) -> str:
    is_local = status.target == "local"
    return command_arguments(status.client_id, status.environment, is_local=is_local)


def _describe_site(status: ClientStatus, problems: list[Problem]) -> str:
    whose = f"{status.client_id} ({status.environment})"
    place = "on this machine" if status.target == "local" else "on AWS"
    if status.site.live is None:
        head = f"{whose} is deployed {place}, but has no live site"
    else:
        head = f"{whose} is live {place} at {status.site_url}/"
    match problems:
        case []:
            return f"{head} and shows all public content."
        case [(text, _, _)]:
            return f"{head}: {text}."
        case _:
            return f"{head} and needs attention:"


def _find_problems(status: ClientStatus) -> Iterator[Problem]:
    """Yield the problems, the most serious first."""
    arguments, site = _arguments(status), status.site
    if "ROLLBACK" in status.stack.status or not status.stack.status.endswith("COMPLETE"):
        text = f"its stack is in the state {status.stack.status}"
        yield text, f"platform deploy {arguments}", "updates the stack again"
    if site.held_reason and site.state == SiteBuildStatus.HELD:
        text = f"the site is not built any more: {site.held_reason}"
        yield text, f"platform builds {arguments}", "shows the reason"
    elif site.failures:
        text = f"the last {count_noun(site.failures, 'build')} failed"
        yield text, f"platform builds {arguments}", "shows the reason"
    elif site.wanted > site.built:
        changes = count_noun(site.wanted - site.built, "change")
        text = f"{changes} not on the site yet (it is {site.state})"
        yield text, f"platform builds {arguments}", "shows the progress"
    if site.pinned:
        text = f"it is rolled back to {site.live}"
        yield text, f"platform releases resume {arguments}", "returns to the newest release"
    if status.dead_letters:
        text = f"{count_noun(status.dead_letters, 'dead letter')} in the queue"
        yield text, f"platform deadletters list {arguments}", "shows the failed messages"
    if status.ending_deliveries:
        count = count_noun(status.ending_deliveries, "failed delivery")
        text = f"about to be deleted: {count}, the first on {(status.next_deletion or '')[:10]}"
        # Dead letters in the queue have the same next command already.
        command = "" if status.dead_letters else f"platform deadletters list {arguments}"
        yield text, command, "shows the failed deliveries"
    if status.pending:
        text = f"{count_noun(status.pending, 'delivery')} not applied yet"
        yield text, f"platform events {arguments}", "shows the deliveries"
    if status.failed_form_mails:
        text = f"{count_noun(status.failed_form_mails, 'mail')} of forms not sent yet"
        yield text, f"platform forms list {arguments}", "shows the reason"
    yield from _find_webhook_problems(status)
    if status.moved_from:
        yield describe_move(status.moved_from, status.site_url), "", ""
    if not status.has_file:
        text = "its file is gone, so its webhooks are not checked"
        yield text, f"platform destroy {arguments}", "deletes it"


def _find_webhook_problems(status: ClientStatus) -> Iterator[Problem]:
    arguments, webhooks = _arguments(status), status.webhooks
    faulty = [
        f"{item.provider} ({item.state})" for item in webhooks if item.state in FAULTY_WEBHOOKS
    ]
    if faulty:
        text = f"no webhook arrives from {', '.join(faulty)}"
        yield text, f"platform webhooks register {arguments}", "registers it, or lists the steps"
    former = [item.provider for item in webhooks if item.state == RegistrationState.FORMER]
    if former:
        until = status.former_webhooks_until
        end = f"which works until {until}" if until else "which no longer works"
        text = f"{', '.join(former)} delivers to a former address, {end}"
        yield text, f"platform webhooks register {arguments}", "changes it to the current one"
    missed = [item.provider for item in webhooks if item.missed]
    if missed:
        text = f"content of {', '.join(missed)} was missed"
        yield text, f"platform sync {arguments}", "reads it"


def _rows(status: ClientStatus) -> Iterator[tuple[str, str]]:
    site, stack = status.site, status.stack
    yield "site", f"{status.site_url}/"
    if status.content_api_url:
        yield "content", status.content_api_url
    shows = f"{site.live or 'none'}, with change {site.built} of {site.wanted}"
    yield "release", f"{shows}; the builder is {site.state}"
    if status.content and (text := describe_report(status.content)):
        yield "left out", text
    yield "stack", f"{stack.name}, {stack.status}, since {stack.changed_at[:19]}Z"
    if status.pending is not None:
        waiting = f"{count_noun(status.pending, 'delivery')} waiting"
        count = status.dead_letters
        letters = "" if count is None else f", {count_noun(count, 'dead letter')}"
        yield "inbox", f"{waiting}{letters}"
    if status.form_entries is not None:
        yield "forms", count_noun(status.form_entries, "entry")
    if status.previews:
        failed = f", {status.failed_previews} failed" if status.failed_previews else ""
        yield "previews", f"{status.previews}{failed}: platform preview list {_arguments(status)}"
    if status.data_requests:
        customers = count_noun(status.data_requests, "customer")
        yield "requests", f"{customers} asked for the stored data within 30 days: docs/privacy.md"
    for webhook in status.webhooks[:MAX_WEBHOOKS]:
        note = f": {webhook.note}" if webhook.note else ""
        compared = "never compared with its listing"
        if webhook.looked_at:
            compared = f"last compared {webhook.looked_at[:19]}Z"
        yield webhook.provider, f"webhook {webhook.state}{note}; {compared}"
        yield "", f"delivers to {webhook.address}"
    if status.former_webhooks_until:
        yield "", f"the former addresses work until {status.former_webhooks_until}"


def _all_rows(data: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in data.items():
        label = f"{prefix}{name.replace('_', ' ')}"
        if name in {"webhooks", "content"} or value is None:
            continue
        if isinstance(value, dict):
            yield from _all_rows(value, f"{label} ")
        else:
            yield label, {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
