"""Load a client's file into a validated config, reporting all errors at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from platform_cli.config.client_names import Environment
from platform_cli.config.document import (
    MAX_BYTES,
    Document,
    DocumentNode,
    Mark,
    Problem,
    UnreadableYaml,
    make_finding,
    parse_yaml,
)
from platform_cli.config.fields import StrictModel
from platform_cli.config.model import ClientServiceConfig
from platform_cli.config.secret_detection import find_secrets, mask_lines, mask_values
from platform_cli.config.validation_messages import FieldError, FieldPath, describe_errors
from platform_cli.errors import ConfigError, Finding

MAX_FINDINGS = 100
"""Stop after this many findings in a file: more are usually one mistake repeated."""

FLAT_KEYS = ("integration_mode", "ssg_engine", "cms_config", "ecommerce_config")
"""Keys of `service_integration` that are also accepted at the top level (C-13)."""

FIXED_KEYS = ("schema_version", "client_id", "environment", "environments")
"""Keys that an environment cannot override."""

Configs = dict[str, ClientServiceConfig]
Checked = TypeVar("Checked", bound=StrictModel)


def load_client(path: Path, environment: str | None = None) -> ClientServiceConfig:
    """Load the client in one environment; raises `ConfigError` with every finding.

    `environment` defaults to the one that the file names. An error in any environment of the file
    makes the whole file invalid.
    """
    document = read_document(path)
    selected = environment or _default_environment(document.root)
    return validate_document(document, path, selected)[selected]


def load_environments(path: Path) -> Configs:
    """Load the client in every environment of the file, the default one first."""
    document = read_document(path)
    return validate_document(document, path, _default_environment(document.root))


def load_file_as(path: Path, model: type[Checked], what: str) -> Checked:
    """Load a file of another kind into `model`; raises `ConfigError` with every finding.

    `what` names the kind of file in messages.
    """
    document = read_document(path, what)
    result = _validate(document.root, model)
    problems = list(document.problems)
    if not isinstance(result, StrictModel):
        problems += [
            (_mark_of_error(document.root, error), error.message, error.hint) for error in result
        ]
    if problems or not isinstance(result, StrictModel):
        raise _config_error(document, path, problems)
    return result


def read_document(path: Path, what: str = "client's file") -> Document:
    """Parse the file; raises `ConfigError` if it is not a YAML mapping."""
    file = relative_path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError((Finding(f"cannot be read: {error.strerror}", file),)) from None
    if len(raw) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1024} KiB, the limit for a {what}"
        raise ConfigError((Finding(message, file),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        where = f"{file}:{line}:{column}"
        raise ConfigError(
            (Finding("is not encoded as UTF-8", where, "save it as UTF-8"),)
        ) from None
    try:
        document = parse_yaml(text)
    except UnreadableYaml as error:
        lines = mask_lines(text.splitlines())
        raise ConfigError(
            (make_finding(lines, file, error.message, error.mark, error.hint),)
        ) from None
    if document.root.kind != "mapping":
        message = f"a {what} must be a mapping (key: value)"
        raise ConfigError((make_finding(document.lines, file, message, document.root.mark),))
    return document


def validate_document(document: Document, path: Path, environment: str) -> Configs:
    """Validate the document for `environment` and for all environments with overrides."""
    secrets = list(find_secrets(document.root, path.stem))
    mask_values(document.lines, (node for node, _, _ in secrets))
    problems = [(node.mark, message, hint) for node, message, hint in secrets] + document.problems
    # A value that is already reported gets no second message: it could quote the secret.
    reported = {mark for mark, _, _ in problems}
    problems += [
        problem for problem in _structural_problems(document, path) if problem[0] not in reported
    ]
    configs: Configs = {}
    overrides = _find_overrides(document.root)
    for name in dict.fromkeys((environment, *overrides)):
        merged = _merge_environment(document.root, overrides.get(name), name)
        result = _validate(merged, ClientServiceConfig)
        if isinstance(result, ClientServiceConfig):
            configs[name] = result
            continue
        problems += [
            (_mark_of_error(merged, error), error.message, error.hint)
            for error in result
            if not reported & {_mark_of_error(merged, error), _node_at(merged, error.path).mark}
        ]
    if problems:
        raise _config_error(document, path, problems)
    return configs


def locate_finding(path: Path, field: str, environment: str, problem: tuple[str, str]) -> Finding:
    """Return a finding at a top-level field of the file, or at the environment's override.

    `problem` is the message and the hint.
    """
    document = read_document(path)
    override = _find_overrides(document.root).get(environment)
    scopes = [root.members for root in (override, document.root) if root is not None]
    node = next((members[field] for members in scopes if field in members), document.root)
    message, hint = problem
    return make_finding(document.lines, relative_path(path), message, node.mark, hint)


def relative_path(path: Path) -> str:
    """Return the path relative to the current directory if it is below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _config_error(document: Document, path: Path, problems: list[Problem]) -> ConfigError:
    """Collect all problems into one error, in the order of the file."""
    ordered = sorted(dict.fromkeys(problems), key=lambda each: (each[0].line, each[0].column))
    file = relative_path(path)
    found = [
        make_finding(document.lines, file, what, mark, hint)
        for mark, what, hint in ordered[:MAX_FINDINGS]
    ]
    if len(ordered) > MAX_FINDINGS:
        found.append(Finding("more errors follow; fix these first", file))
    return ConfigError(tuple(found))


def _default_environment(root: DocumentNode) -> str:
    node = root.members.get("environment")
    return node.text if node and node.text else Environment.PROD.value


def _structural_problems(document: Document, path: Path) -> Iterator[tuple[Mark, str, str]]:
    """Find problems outside of single fields: a wrong file name and forbidden overrides."""
    client_id = document.root.members.get("client_id")
    if client_id is not None and client_id.text is not None and client_id.text != path.stem:
        hint = f"rename the file to {client_id.text}.yaml, or the client to {path.stem}"
        yield client_id.mark, f"client_id must match the file name, {path.stem!r}", hint
    for override in _find_overrides(document.root).values():
        for key in FIXED_KEYS:
            if key in override.keys:
                yield override.keys[key], f"an environment cannot override {key!r}", ""


def _find_overrides(root: DocumentNode) -> dict[str, DocumentNode]:
    """Return the overrides by environment. Validation reports unknown environments."""
    environments = root.members.get("environments")
    valid_names = set(Environment)
    return {
        key: node
        for key, node in (environments.members.items() if environments else ())
        if key in valid_names and node.kind == "mapping"
    }


def _merge_environment(
    root: DocumentNode, override: DocumentNode | None, environment: str
) -> DocumentNode:
    """Build the tree of one environment; the nodes keep their positions."""
    merged = _nest_flat_keys(root)
    if override is not None:
        allowed = _nest_flat_keys(override)
        for key in FIXED_KEYS:
            allowed.members.pop(key, None)
        merged = _merge_nodes(merged, allowed)
    default = root.members.get("environment")
    if default is not None and not default.text:
        return merged  # validation reports that the value is not text
    mark = default.mark if default else root.mark
    members = {**merged.members, "environment": DocumentNode(mark, environment, environment)}
    return replace(merged, members=members)


def _nest_flat_keys(root: DocumentNode) -> DocumentNode:
    """Move the flat keys from the top level into `service_integration`."""
    flat = {key: root.members[key] for key in FLAT_KEYS if key in root.members}
    if not flat:
        return replace(root, members=dict(root.members))
    members = {key: node for key, node in root.members.items() if key not in flat}
    inner = members.get("service_integration", DocumentNode(root.mark, kind="mapping"))
    keys = {key: root.keys[key] for key in flat}
    members["service_integration"] = replace(
        inner, members={**flat, **inner.members}, keys={**keys, **inner.keys}
    )
    return replace(root, members=members)


def _merge_nodes(base: DocumentNode, over: DocumentNode) -> DocumentNode:
    """Merge mappings key by key; other values replace the base.

    A different provider also replaces the base, because its settings have other keys.
    """
    if base.kind != "mapping" or over.kind != "mapping" or _changes_provider(base, over):
        return over
    members = dict(base.members)
    for key, node in over.members.items():
        members[key] = _merge_nodes(members[key], node) if key in members else node
    return replace(base, members=members, keys={**base.keys, **over.keys})


def _changes_provider(base: DocumentNode, over: DocumentNode) -> bool:
    return "provider" in over.members and (
        "provider" not in base.members
        or base.members["provider"].text != over.members["provider"].text
    )


def _validate(tree: DocumentNode, model: type[Checked]) -> Checked | list[FieldError]:
    """Validate the tree; returns the model or the errors.

    A field of type text accepts a value that looks like a number, such as `company_name: 365` or
    a version `1.10`. The type is known only after validation, so such values are turned back into
    text and validated again.
    """
    while True:
        try:
            return model.model_validate(tree.to_plain())
        except ValidationError as error:
            errors = list(describe_errors(error.errors()[: MAX_FINDINGS + 1], model))
        misread_nodes = [
            node
            for field_error in errors
            if field_error.expects_text
            and (node := _node_at(tree, field_error.path)).value is not None
            and node.value != node.text
        ]
        if not misread_nodes:
            return errors
        for node in misread_nodes:
            node.value = node.text


def _node_at(tree: DocumentNode, path: FieldPath) -> DocumentNode:
    """Return the node at a path, or the deepest existing node on the way."""
    node = tree
    for step in path:
        if node.kind == "sequence" and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        elif str(step) in node.members:
            node = node.members[str(step)]
        else:
            break
    return node


def _mark_of_error(tree: DocumentNode, complaint: FieldError) -> Mark:
    """Return the position to point at: a key, a scalar, or the key of an incomplete section."""
    parent = _node_at(tree, complaint.path[:-1])
    key = str(complaint.path[-1]) if complaint.path else ""
    node = _node_at(tree, complaint.path)
    if key in parent.keys and (complaint.on_key or node.kind != "scalar" or node.text == ""):
        return parent.keys[key]
    return node.mark
