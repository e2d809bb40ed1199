"""Read a `_headers` file: a path, and its headers on the indented lines below it.

>>> read_headers("_headers", "/*\\n  X-Frame-Options: DENY").headers
(HeaderRule(source='/*', headers=(('X-Frame-Options', 'DENY'),), where='_headers:1'),)
"""

from platform_core.hosting.rules import (
    MAX_RULES,
    HostingRules,
    RefusedRule,
    check_headers,
    join_rules,
    refuse_long_file,
)


def read_headers(file: str, text: str) -> HostingRules:
    """Read the rules of a `_headers` file. `file` is its path, for messages."""
    blocks: list[tuple[str, str, dict[str, str]]] = []
    refused = []
    for number, line in enumerate(text.splitlines(), 1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        if not line[0].isspace():
            blocks.append((f"{file}:{number}", content, {}))
            continue
        name, colon, value = content.partition(":")
        if not blocks or not colon:
            refused.append(_refuse_line(content, f"{file}:{number}"))
            continue
        headers = blocks[-1][2]
        name, value = name.strip(), value.strip()
        # The same header on two lines is one header with two values.
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if len(blocks) > MAX_RULES:
        return refuse_long_file(file, len(blocks))
    rules = join_rules(check_headers(source, headers, where) for where, source, headers in blocks)
    return join_rules([rules, HostingRules(refused=tuple(refused))])


def _refuse_line(content: str, where: str) -> RefusedRule:
    """Refuse a line that is no header. Its text can be a part of a password."""
    if content.startswith("!"):
        return RefusedRule("a removed header", "a rule cannot remove a header", "remove it", where)
    return RefusedRule("a line", "neither a path nor a header", "", where)
