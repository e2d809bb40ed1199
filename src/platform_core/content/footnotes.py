"""Render footnotes of Markdown: a number in the text, and a list at its end.

The numbers are no links, because sanitized HTML has no ids.
"""

import re
from collections.abc import MutableMapping
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_DEFINITION: Final = re.compile(r"\[\^(?P<label>[^\]\s]{1,100})\]:[ \t]*(?P<text>.*)")
_REFERENCE: Final = re.compile(r"\[\^(?P<label>[^\]\s]{1,100})\]")
_TEXTS: Final = "footnote_texts"
_ORDER: Final = "footnote_order"


def add_footnotes(parser: MarkdownIt) -> None:
    """Add the rules to a parser."""
    parser.block.ruler.before("reference", "footnote", _read_definition, {"alt": ["paragraph"]})
    parser.inline.ruler.before("link", "footnote", _read_reference)
    parser.core.ruler.after("inline", "footnote", _append_list)


def _read_definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a definition, and the indented lines that continue it, out of the text."""
    match = _DEFINITION.fullmatch(_line(state, start))
    # A definition inside of a quote or a list would lose the marks of its lines.
    if match is None or state.is_code_block(start):
        return False
    if silent:
        return True
    lines, number = [match["text"]], start + 1
    while number < end and (state.isEmpty(number) or state.sCount[number] > state.blkIndent + 1):
        lines.append(_line(state, number))
        number += 1
    texts: MutableMapping[str, str] = state.env.setdefault(_TEXTS, {})
    texts.setdefault(match["label"], "\n".join(lines).strip())
    state.line = number
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _read_reference(state: StateInline, silent: bool) -> bool:
    """Replace a reference to a defined footnote by its number."""
    match = _REFERENCE.match(state.src, state.pos)
    if match is None or match["label"] not in state.env.get(_TEXTS, {}):
        return False
    if not silent:
        order: dict[str, int] = state.env.setdefault(_ORDER, {})
        number = order.setdefault(match["label"], len(order) + 1)
        state.push("html_inline", "", 0).content = f"<sup>{number}</sup>"
    state.pos = match.end()
    return True


def _append_list(state: StateCore) -> None:
    """Append the footnotes in the order of their references, and the others behind them."""
    texts, order = state.env.pop(_TEXTS, {}), state.env.pop(_ORDER, {})
    if not texts:
        return
    labels = [*order, *(label for label in texts if label not in order)]
    # A footnote of a footnote stays as written: rendering it could go on without an end.
    notes = "".join(f"<li>{_render(state.md, texts[label])}</li>" for label in labels)
    token = Token("html_block", "", 0)
    token.content = f"<hr>\n<ol>{notes}</ol>\n"
    state.tokens.append(token)


def _render(parser: Any, text: str) -> str:
    return str(parser.renderInline(" ".join(text.split())))
