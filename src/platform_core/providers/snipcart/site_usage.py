"""Recognize Snipcart in a site by its script and the public key on the pages."""

import re
from dataclasses import replace
from typing import Final

from platform_core.provider.site_traces import (
    SettingTrace,
    SiteTraces,
    files_that_mention,
    find_traces,
    place_of,
)
from platform_core.provider.site_usage import SiteTexts, SiteUsage, UsageProblem

MENTION: Final = ("snipcart", "Snipcart", "SNIPCART")
TRACES: Final = SiteTraces(
    mention=MENTION,
    packages=r"[\w@/-]*snipcart[\w-]*",
    texts=r"\bcdn\.snipcart\.com\b|\bapp\.snipcart\.com/|\bsnipcart-add-item\b|\bSnipcartSettings\b",
    settings={
        "public_api_key": SettingTrace(
            keys=("data-api-key", "publicApiKey"),
            # The secret key has a variable as well: it never becomes a setting.
            variables=r"(?!\w*(SECRET|PRIVATE))\w*SNIPCART\w*KEY",
        ),
        "cart_version": SettingTrace(
            patterns=(
                r"cdn\.snipcart\.com/themes/v(3\.\d+\.\d+)/",
                r"\bversion:\s*[\"'](3\.\d+\.\d+)",
            )
        ),
    },
)
FORMER_VERSION: Final = re.compile(r"cdn\.snipcart\.com/scripts/2")


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the account that the pages name."""
    usage = find_traces(site, TRACES)
    if usage is None:
        return None
    problems = tuple(
        UsageProblem(
            "the pages load version 2 of Snipcart",
            "change to version 3: docs.snipcart.com, Migrating from v2",
            place_of(path, text, match.start()),
        )
        for path, text in files_that_mention(site, MENTION)
        if (match := FORMER_VERSION.search(text))
    )
    return replace(usage, problems=problems)
