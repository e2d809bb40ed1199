"""Parse pages as a browser does, so that tests inspect elements instead of text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
_ADDRESSES = frozenset({"href", "src", "action"})
_KEPT_BY_NORMALIZERS = "!#$%&*+,/:;=?@[]~-._"


@dataclass(eq=False)
class Element:
    """One element; its children are elements and texts in their order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    def every(self, tag: str = "", **wanted: str) -> "list[Element]":
        """Return the elements below this one with that tag and these attributes, in document order.

        Pass a class as `class_`; it may be one of several.
        """
        return [element for element in self._below() if element.fits(tag, wanted)]

    def one(self, tag: str = "", **wanted: str) -> "Element":
        """Return the only such element."""
        (element,) = self.every(tag, **wanted)
        return element

    def fits(self, tag: str, wanted: dict[str, str]) -> bool:
        if tag and self.tag != tag:
            return False
        classes = self.attributes.get("class", "").split()
        other_attributes = {name: value for name, value in wanted.items() if name != "class_"}
        return (
            "class_" not in wanted or wanted["class_"] in classes
        ) and other_attributes.items() <= self.attributes.items()

    @property
    def text(self) -> str:
        """Return all text inside, with one space for any white space."""
        return _tidy("".join(self._texts()))

    def outline(self) -> Iterator[str]:
        """Return the page's content line by line, without differences that visitors cannot see."""
        attributes = {
            name: quote(value, safe=_KEPT_BY_NORMALIZERS) if name in _ADDRESSES else _tidy(value)
            for name, value in sorted(self.attributes.items())
        }
        yield f"<{self.tag} {attributes}>"
        words = ""
        if self.tag == "script" and "json" in self.attributes.get("type", ""):
            yield json.dumps(json.loads(self.text), sort_keys=True)
            return
        for child in self.children:
            if isinstance(child, str):
                words += child
                continue
            if _tidy(words):
                yield _tidy(words)
            words = ""
            yield from child.outline()
        if _tidy(words):
            yield _tidy(words)
        yield f"</{self.tag}>"

    def _below(self) -> "Iterator[Element]":
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._below()

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, Element):
                yield from child._texts()
            else:
                yield child


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> at {self.getpos()} closes <{self.open[-1].tag}>")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """Return the document's elements. Raises `ValueError` if one is not closed, or closed twice."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if len(reader.open) != 1:
        raise ValueError(f"<{reader.open[-1].tag}> is never closed")
    return reader.open[0]


def _tidy(text: str) -> str:
    return re.sub(r"[ \t\n\r\f]+", " ", text).strip(" ")
