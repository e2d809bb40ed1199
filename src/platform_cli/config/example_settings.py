"""Find the settings of a client's file that are still the examples of `new-client`."""

from collections.abc import Iterator
from pathlib import Path

from platform_cli.config.document import DocumentNode, make_finding
from platform_cli.config.load import read_document, relative_path
from platform_cli.config.new_client_file import EXAMPLE_COMMENT, example_value
from platform_cli.errors import Finding
from platform_core import providers


def find_example_settings(path: Path) -> list[Finding]:
    """Return a finding for each setting that is marked as an example and still has its value.

    The file must be valid.
    """
    document = read_document(path)
    return [
        make_finding(
            document.lines,
            relative_path(path),
            f"{provider}.{key} is still the example {node.text!r}",
            node.mark,
            "replace it with your value and remove the comment",
        )
        for provider, key, node in _iter_settings(document.root)
        if EXAMPLE_COMMENT in document.lines[node.mark.line - 1]
        and node.text == example_value(provider, key)
    ]


def _iter_settings(node: DocumentNode) -> Iterator[tuple[str, str, DocumentNode]]:
    """Yield the settings of every provider in the file: its name, the key and the value."""
    provider, settings = node.members.get("provider"), node.members.get("settings")
    name = providers.resolve_name(provider.text) if provider and provider.text else None
    if name is not None and settings is not None:
        for key, value in settings.members.items():
            yield name, key, value
    for member in node.members.values():
        yield from _iter_settings(member)
