"""View of the content that is not on a site."""

from collections.abc import Iterator
from typing import Final

from platform_cli.api.clients.content_reports import SiteContentReport
from platform_cli.sanitize import one_line
from platform_cli.views.layout import count_noun

MAX_REASONS: Final = 3
"""Reasons that are shown without `--details`."""


def describe_report(report: SiteContentReport) -> str:
    """Return one sentence about the content that is not on the site; empty if there is none.

    >>> describe_report(SiteContentReport("2026-12-01T10:00:00Z", {"draft": 2, "private": 1}))
    '3 items not on the site: draft (2), private (1)'
    """
    parts = []
    if report.left_out:
        total = count_noun(sum(report.left_out.values()), "item")
        reasons = sorted(report.left_out.items(), key=lambda entry: (-entry[1], entry[0]))
        shown = [f"{one_line(reason)} ({count})" for reason, count in reasons[:MAX_REASONS]]
        more = ["..."] if len(reasons) > MAX_REASONS else []
        parts.append(f"{total} not on the site: {', '.join([*shown, *more])}")
    if report.passed_over:
        parts.append(f"{count_noun(sum(report.passed_over.values()), 'part')} of content not used")
    if report.moves:
        verb = "keeps" if len(report.moves) == 1 else "keep"
        parts.append(f"{count_noun(len(report.moves), 'item')} {verb} an older address")
    return "; ".join(parts)


def list_report(report: SiteContentReport) -> Iterator[str]:
    """Yield a line for each reason and each move."""
    for reason, count in sorted(report.left_out.items()):
        yield f"{count_noun(count, 'item')} not on the site: {one_line(reason)}"
    for reason, count in sorted(report.passed_over.items()):
        yield f"{count} not used: {one_line(reason)}"
    for kept, slug in sorted(report.moves.items()):
        yield f"{kept} would be {slug} as a new item. To move it, set its slug."
