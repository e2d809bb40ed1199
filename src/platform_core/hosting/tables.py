"""Read redirects and headers from tables, such as those of a TOML or JSON file.

The tables come from a stranger's file, so every value can have any type.
"""

from collections.abc import Mapping
from typing import Any

from platform_core.hosting.redirects_file import PATH_ONLY, PATH_ONLY_WAY_OUT
from platform_core.hosting.rules import (
    MAX_RULES,
    HostingRules,
    RedirectRule,
    RefusedRule,
    check_redirect,
    refuse_long_file,
)

Table = Mapping[str, Any]


def list_tables(value: object) -> list[Table]:
    """Return the tables of a list; anything else is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def read_text(table: Table, name: str) -> str:
    """Return a text of a table; empty if it is missing or of another type."""
    value = table.get(name)
    return value if isinstance(value, str) else ""


def refuse_conditions(
    table: Table, names: tuple[str, ...], rule: RedirectRule
) -> RefusedRule | None:
    """Return the refusal of a rule with conditions. It names them without their values."""
    conditions = [
        named for name in names if table.get(name) for named in _name_conditions(name, table[name])
    ]
    if not conditions:
        return None
    return RefusedRule(
        f"{rule.source} -> {rule.target}",
        f"the condition {', '.join(conditions)}: {PATH_ONLY}",
        PATH_ONLY_WAY_OUT,
        rule.where,
    )


def collect_redirects(file: str, rules: list[RedirectRule | RefusedRule]) -> HostingRules:
    """Check the rules of a file, and separate those that can move from the others."""
    if len(rules) > MAX_RULES:
        return refuse_long_file(file, len(rules))
    redirects, refused = [], []
    for rule in rules:
        refusal = rule if isinstance(rule, RefusedRule) else check_redirect(rule)
        if refusal is not None:
            refused.append(refusal)
        elif isinstance(rule, RedirectRule):
            redirects.append(rule)
    return HostingRules(redirects=tuple(redirects), refused=tuple(refused))


def _name_conditions(name: str, value: object) -> list[str]:
    """Return the names of the conditions below a member of a rule.

    >>> _name_conditions("conditions", {"Country": ["us"]})
    ['Country']
    >>> _name_conditions("has", [{"type": "cookie", "key": "beta"}])
    ['cookie']
    """
    if isinstance(value, dict):
        return [str(key) for key in value]
    types = [str(read_text(item, "type")) for item in list_tables(value)]
    return [kind for kind in types if kind] or [name]
