"""From a client's file to its checked config, with every finding of the file at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from platform_cli.config.client_names import Environment
from platform_cli.config.document import (
    MAX_BYTES,
    Document,
    Mark,
    Node,
    Problem,
    Unreadable,
    finding,
    parse,
)
from platform_cli.config.fields import Model
from platform_cli.config.model import ClientServiceConfig
from platform_cli.config.secret_detection import (
    hide,
    secrets,
    veil,
)
from platform_cli.config.validation_messages import (
    Complaint,
    Place,
    complaints,
)
from platform_cli.errors import ConfigError, Finding

MOST_FINDINGS = 100
"""Of one file: who has more of them has one, and a great many copies."""

FLAT = ("integration_mode", "ssg_engine", "cms_config", "ecommerce_config")
"""May also stand at the top of a file; they belong to `service_integration` (C-13)."""

FIXED = ("schema_version", "client_id", "environment", "environments")
"""What no environment can change."""

Configs = dict[str, ClientServiceConfig]
Checked = TypeVar("Checked", bound=Model)


def load_client(path: Path, environment: str | None = None) -> ClientServiceConfig:
    """The client of this file in one environment; raises `ConfigError` with every finding.

    Without an environment it is the one that the file names. A finding in any environment of the
    file counts: a file is right as a whole, or it is wrong.
    """
    document = read(path)
    default = _default(document.root)
    wanted = environment or default
    return check(document, path, wanted)[wanted]


def load_environments(path: Path) -> Configs:
    """The client in each environment that the file speaks of, the default one first."""
    document = read(path)
    return check(document, path, _default(document.root))


def load_as(path: Path, model: type[Checked], what: str) -> Checked:
    """A file that is no client's: `what` says what it is. Raises `ConfigError` with every
    finding."""
    document = read(path, what)
    found = _validated(document.root, model)
    problems = list(document.problems)
    if not isinstance(found, Model):
        problems += [(_mark(document.root, each), each.message, each.hint) for each in found]
    if problems or not isinstance(found, Model):
        raise _refused(document, path, problems)
    return found


def read(path: Path, what: str = "client's file") -> Document:
    """The file's tree; raises `ConfigError` where it is not readable at all."""
    file = display(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError((Finding(f"cannot be read: {error.strerror}", file),)) from None
    if len(raw) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1024} KiB: this is no {what}"
        raise ConfigError((Finding(message, file),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        where = f"{file}:{line}:{column}"
        raise ConfigError((Finding("is not UTF-8", where, "save it as UTF-8"),)) from None
    try:
        document = parse(text)
    except Unreadable as error:
        lines = veil(text.splitlines())
        raise ConfigError((finding(lines, file, error.message, error.mark, error.hint),)) from None
    if document.root.kind != "mapping":
        message = f"a {what} is a mapping (key: value)"
        raise ConfigError((finding(document.lines, file, message, document.root.mark),))
    return document


def check(document: Document, path: Path, wanted: str) -> Configs:
    """The config of `wanted` and of every environment that the document speaks of."""
    hidden = list(secrets(document.root, path.stem))
    hide(document.lines, (node for node, _, _ in hidden))
    problems = [(node.mark, message, hint) for node, message, hint in hidden] + document.problems
    silent = {mark for mark, _, _ in problems}
    problems += [each for each in _form(document, path) if each[0] not in silent]
    configs: Configs = {}
    overrides = _overrides(document.root)
    for environment in dict.fromkeys((wanted, *overrides)):
        merged = _merged(document.root, overrides.get(environment), environment)
        found = _validated(merged, ClientServiceConfig)
        if isinstance(found, ClientServiceConfig):
            configs[environment] = found
            continue
        problems += [
            (_mark(merged, each), each.message, each.hint)
            for each in found
            if not silent & {_mark(merged, each), _at(merged, each.place).mark}
        ]
    if problems:
        raise _refused(document, path, problems)
    return configs


def display(path: Path) -> str:
    """The path as a person would type it from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _refused(document: Document, path: Path, problems: list[Problem]) -> ConfigError:
    """All that is wrong, in the order of the file."""
    ordered = sorted(dict.fromkeys(problems), key=lambda each: (each[0].line, each[0].column))
    file = display(path)
    found = [
        finding(document.lines, file, what, mark, hint)
        for mark, what, hint in ordered[:MOST_FINDINGS]
    ]
    if len(ordered) > MOST_FINDINGS:
        found.append(Finding("and more of the same kind", file))
    return ConfigError(tuple(found))


def _default(root: Node) -> str:
    named = root.members.get("environment")
    return named.text if named and named.text else Environment.PROD.value


def _form(document: Document, path: Path) -> Iterator[tuple[Mark, str, str]]:
    """What is wrong beyond single fields: the file's name, and overrides that cannot be."""
    named = document.root.members.get("client_id")
    if named is not None and named.text is not None and named.text != path.stem:
        hint = f"rename the file to {named.text}.yaml, or the client to {path.stem}"
        yield named.mark, f"client_id is not the file's name, {path.stem!r}", hint
    for over in _overrides(document.root).values():
        for key in FIXED:
            if key in over.keys:
                yield over.keys[key], f"an environment cannot change {key!r}", ""


def _overrides(root: Node) -> dict[str, Node]:
    """The overrides by environment; what is no environment is left to the validation."""
    listed = root.members.get("environments")
    known = set(Environment)
    return {
        key: node
        for key, node in (listed.members.items() if listed else ())
        if key in known and node.kind == "mapping"
    }


def _merged(root: Node, override: Node | None, environment: str) -> Node:
    """The tree of one environment; every node still knows where it stands."""
    merged = _folded(root)
    if override is not None:
        allowed = _folded(override)
        for key in FIXED:
            allowed.members.pop(key, None)
        merged = _laid_over(merged, allowed)
    named = root.members.get("environment")
    if named is not None and not named.text:
        return merged
    mark = named.mark if named else root.mark
    members = {**merged.members, "environment": Node(mark, environment, environment)}
    return replace(merged, members=members)


def _folded(root: Node) -> Node:
    """With the flat spelling moved to where it belongs."""
    flat = {key: root.members[key] for key in FLAT if key in root.members}
    if not flat:
        return replace(root, members=dict(root.members))
    members = {key: node for key, node in root.members.items() if key not in flat}
    inner = members.get("service_integration", Node(root.mark, kind="mapping"))
    keys = {key: root.keys[key] for key in flat}
    members["service_integration"] = replace(
        inner, members={**flat, **inner.members}, keys={**keys, **inner.keys}
    )
    return replace(root, members=members)


def _laid_over(base: Node, over: Node) -> Node:
    """Mappings merge key by key; anything else, and another provider, replaces."""
    if base.kind != "mapping" or over.kind != "mapping" or _other_provider(base, over):
        return over
    members = dict(base.members)
    for key, node in over.members.items():
        members[key] = _laid_over(members[key], node) if key in members else node
    return replace(base, members=members, keys={**base.keys, **over.keys})


def _other_provider(base: Node, over: Node) -> bool:
    return "provider" in over.members and (
        "provider" not in base.members
        or base.members["provider"].text != over.members["provider"].text
    )


def _validated(tree: Node, model: type[Checked]) -> Checked | list[Complaint]:
    """The model, or what does not fit. Text that looks like a number is taken as text where
    text is due: `company_name: 365`, a version `1.10`."""
    while True:
        try:
            return model.model_validate(tree.plain())
        except ValidationError as error:
            found = list(complaints(error.errors()[: MOST_FINDINGS + 1], model))
        mistaken = [
            node
            for each in found
            if each.wants_text
            and (node := _at(tree, each.place)).value is not None
            and node.value != node.text
        ]
        if not mistaken:
            return found
        for node in mistaken:
            node.value = node.text


def _at(tree: Node, place: Place) -> Node:
    """The node of a path, or the deepest one that exists on the way."""
    node = tree
    for step in place:
        if node.kind == "sequence" and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        elif str(step) in node.members:
            node = node.members[str(step)]
        else:
            break
    return node


def _mark(tree: Node, complaint: Complaint) -> Mark:
    """Where to point: at a key, at a scalar, or at the key of what is incomplete."""
    parent = _at(tree, complaint.place[:-1])
    key = str(complaint.place[-1]) if complaint.place else ""
    node = _at(tree, complaint.place)
    if key in parent.keys and (complaint.on_key or node.kind != "scalar" or node.text == ""):
        return parent.keys[key]
    return node.mark
