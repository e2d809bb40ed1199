"""Derive settings of a repository from the folders that an editor's configuration names."""

from collections.abc import Iterable
from typing import Final

TYPES_BY_WORD: Final = {
    "product": "product",
    "categor": "collection",
    "collection": "collection",
    "post": "article",
    "article": "article",
    "blog": "article",
    "news": "article",
}
"""Unified type of a folder whose name contains the word. All other folders hold pages."""


def type_folders(folders: Iterable[str]) -> dict[str, str]:
    """Return the unified type of each folder.

    >>> type_folders(["content/blog", "content/products", "content/about"])
    {'content/blog': 'article', 'content/products': 'product', 'content/about': 'page'}
    """
    return {folder: _type_of(folder) for folder in folders}


def _type_of(folder: str) -> str:
    name = folder.rpartition("/")[2].lower()
    return next((kind for word, kind in TYPES_BY_WORD.items() if word in name), "page")
