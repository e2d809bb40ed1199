"""Reduce the Markdown of site generators to common Markdown, keeping its words.

Shortcodes (Hugo), tags (Liquid), imports and components (MDX), attributes (kramdown), containers
(Docusaurus) and links of wikis mean something to one generator only. Here each is dropped, or
replaced by what a reader would see. Code is left as it is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

_FENCE: Final = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})", re.MULTILINE)
_HIGHLIGHT: Final = r"\{(?:\{[<%]|%-?)\s*highlight\s+(?P<language>\w*)[^{}]*\}+"
_CODE: Final = re.compile(f"{_FENCE.pattern}|{_HIGHLIGHT}", re.MULTILINE)
_END_HIGHLIGHT: Final = re.compile(r"\{(?:\{[<%]|%-?)\s*(?:/highlight|endhighlight)\s*[^{}]*\}+")
_BACKTICKS: Final = re.compile(r"`+")
_FIGURE: Final = re.compile(
    r"\{\{[<%]\s{0,9}(?:figure|image|img)\b(?P<fields>[^{}]{0,1000}?)/?\s{0,9}[>%]\}\}"
)
_VIDEO: Final = re.compile(
    r"\{\{[<%]\s{0,9}(?P<site>youtube|vimeo)\s{1,9}(?P<fields>[^{}]{0,200}?)\s{0,9}[>%]\}\}"
)
_FIELD: Final = re.compile(r"""(?P<name>\w+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
_WIKI_IMAGE: Final = re.compile(r"!\[\[(?P<target>[^\[\]|\n]+)(?:\|[^\[\]\n]*)?\]\]")
_BLOCKS: Final = (
    (re.compile(r"\{%-?\s*comment\s*-?%\}"), re.compile(r"\{%-?\s*endcomment\s*-?%\}")),
    (re.compile(r"\{/\*"), re.compile(r"\*/\s*\}")),
)
"""Comments of Liquid and MDX, which nobody reads."""
_CONSTANT: Final = re.compile(
    r"^export\s+const\s+(?P<name>\w+)\s*=\s*[\"']?(?P<value>[^\"'\n;{}\[\]()]+)[\"']?;?[ \t]*$",
    re.MULTILINE,
)
_ESM: Final = re.compile(
    r"^(?:import\s*(?:[\w*{][^;\n]{0,500}?\sfrom\s*)?[\"'][^\"'\n]+[\"'];?[ \t]*$"
    r"|import\s+(?:\w+\s*,\s*)?\{[^}\n]*\n[^}]{0,1000}\}\s*from\s*[\"'][^\"'\n]+[\"'];?[ \t]*$"
    r"|export\s+(?:default|const|let|var|function|async|class|\{|\*)[^\n]*"
    r"(?:\n(?![ \t]*\n)[^\n]+)*)",
    re.MULTILINE,
)
"""A statement of a module. An export ends at a blank line, as in MDX."""
_OBJECTS: Final = "site|page|post|layout|include|collections|paginator|metadata"
"""The data of generators that templates print. Other text in double braces stays: the author wrote
it for readers."""
_EXPRESSION: Final = re.compile(r"\{\s*(?:[\"']([^\"'{}\n]*)[\"']|(\w+)|[^{}\n]*)\s*\}")
_REPLACEMENTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        # Liquid and shortcodes: quoted values stay, everything else goes.
        (r"\{\{-?\s*(?:\"([^\"{}]*)\"|'([^'{}]*)')\s*(?:\|[^{}]*)?\}\}", r"\1\2"),
        (r"\{\{[<%][^{}]*[>%]\}\}", ""),
        (r"\{%[^{}]*%\}", ""),
        (rf"\{{\{{-?\s*(?:{_OBJECTS})\b[^{{}}]*\}}\}}", ""),
        # A link without an address, which stood in a tag.
        (r"(?<!!)\[([^\[\]\n]*)\]\([ \t]*\)", r"\1"),
        # kramdown and Pandoc: attributes of blocks, headings, links and images.
        (r"^[ \t]*\{:[^{}\n]*\}[ \t]*$", ""),
        (r"^( {0,3}#{1,6}[ \t][^\n{}]*)\{[#.:][^{}\n]*\}[ \t]*#*[ \t]*$", r"\1"),
        (r"(?<=\))\{[:#.\w][^{}\n]*\}", ""),
        # Docusaurus, VuePress and Nuxt: containers.
        (r"^[ \t]*:{2,}[ \t]*[\w-]*(?:\{[^{}\n]*\}|\[[^\]\n]*\])?[ \t]*([^\n]*)$", r"\1"),
        # GitHub: alerts.
        (r"^([ \t]*>[ \t]*)\[!(\w+)\][ \t]*", r"\1**\2** "),
        # A table of contents.
        (r"^[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\[\[toc\]\]|\$\{toc\})[ \t]*$", ""),
        # Wikis: links.
        (r"\[\[[^\[\]|\n]+\|([^\[\]\n]+)\]\](?!\()", r"\1"),
        (r"\[\[([^\[\]|\n]+)\]\](?!\()", r"\1"),
    )
)
_COMPONENT: Final = re.compile(r"</?(?=[A-Z]\w*[a-z.])[\w.]++(?=[\s/>])")
"""A component has a small letter in its name, in contrast to HTML in capitals. `<Map, Set>` and
`<A.Lie@studio.example>` are none."""
_MDX_COMPONENT: Final = re.compile(rf"{_COMPONENT.pattern}|</?(?=>)")
"""A component, or a fragment, which only MDX has."""
_SOURCE: Final = re.compile(r"\bsrc\s{0,9}=\s{0,9}[\"'{`]+([^\"'`{}\s]+)")
_ALT: Final = re.compile(r"\balt\s{0,9}=\s{0,9}[\"']([^\"']*)")


def to_common_markdown(text: str, *, is_mdx: bool = False) -> str:
    """Convert the text of a content file to common Markdown. Takes linear time."""
    if not is_mdx:
        return _map_prose(text, lambda prose: _reduce(prose, None))
    constants: dict[str, str] = {}

    def collect_constants(prose: str) -> str:
        constants.update(
            (match["name"], match["value"].strip()) for match in _CONSTANT.finditer(prose)
        )
        return prose

    # First, because a text can use a constant before it is defined.
    _map_prose(text, collect_constants)
    return _map_prose(text, lambda prose: _reduce(prose, constants))


def _reduce(prose: str, constants: Mapping[str, str] | None) -> str:
    """Reduce text that has no code. `constants` are those of MDX, None for other Markdown."""
    for opening, closing in _BLOCKS:
        prose = _replace_blocks(prose, opening, closing, lambda _opening, _inner: "")
    prose = _FIGURE.sub(lambda match: _figure(match["fields"]), prose)
    prose = _VIDEO.sub(lambda match: _video(match["site"], match["fields"]), prose)
    prose = _WIKI_IMAGE.sub(lambda match: f"![](<{match['target'].strip()}>)", prose)
    prose = _ESM.sub("", prose)
    for pattern, replacement in _REPLACEMENTS:
        prose = pattern.sub(replacement, prose)
    prose = _drop_components(prose, _COMPONENT if constants is None else _MDX_COMPONENT)
    if constants is None:
        return prose
    return _EXPRESSION.sub(lambda match: match[1] or constants.get(match[2], ""), prose)


def _replace_blocks(
    text: str,
    opening: re.Pattern[str],
    closing: re.Pattern[str],
    replace: Callable[[re.Match[str], str], str],
) -> str:
    """Replace each block between two tags. Blocks do not nest; the last one may have no end."""
    pieces, position = [], 0
    while start := opening.search(text, position):
        end = closing.search(text, start.end())
        if end is None:
            break
        inner = text[start.end() : end.start()]
        pieces += [text[position : start.start()], replace(start, inner)]
        position = end.end()
    return "".join([*pieces, text[position:]])


def _figure(fields_text: str) -> str:
    """Return the image of a shortcode with its caption."""
    fields = _parse_fields(fields_text)
    source = fields.get("src") or fields.get("link")
    caption = fields.get("caption") or fields.get("title") or ""
    if not source:
        return caption
    image = f"![{fields.get('alt') or caption}](<{source}>)"
    return f"{image}\n\n{caption}" if caption else image


def _video(site: str, fields_text: str) -> str:
    """Return a link to the video of a shortcode."""
    video = _parse_fields(fields_text).get("id") or fields_text.strip("\"' ")
    if not re.fullmatch(r"[\w-]{5,20}", video):
        return ""
    address = "www.youtube.com/watch?v=" if site == "youtube" else "vimeo.com/"
    return f"<https://{address}{video}>"


def _parse_fields(text: str) -> dict[str, str]:
    return {
        match["name"]: match["double"] or match["single"] or "" for match in _FIELD.finditer(text)
    }


def _drop_components(text: str, component: re.Pattern[str]) -> str:
    """Drop the tags of components and keep the text between them. An image stays an image."""
    pieces, position = [], 0
    # Tags that do not end are scanned up to here, so that a text full of them costs linear time.
    budget = 4 * len(text)
    while budget > 0 and (match := component.search(text, position)):
        end, is_tag = _scan_tag(text, match.end())
        budget -= end - match.end()
        pieces.append(text[position : match.start()])
        if is_tag:
            pieces.append(_image_of(text[match.start() : end]))
        else:
            pieces.append(match[0])
        position = end if is_tag else match.end()
    return "".join([*pieces, text[position:]])


def _image_of(tag: str) -> str:
    """Return the image of a component that has one: `<Image src="/a.jpg" alt="A cup" />`."""
    source, alt = _SOURCE.search(tag), _ALT.search(tag)
    return f"![{alt[1] if alt else ''}](<{source[1]}>)" if source else ""


def _scan_tag(text: str, start: int) -> tuple[int, bool]:
    """Return the position of a tag's end, outside of quotes and braces, and whether it has one."""
    quote, depth = "", 0
    for position in range(start, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
        elif character == ">" and depth <= 0:
            return position + 1, True
    return len(text), False


def _map_prose(text: str, change: Callable[[str], str]) -> str:
    """Apply a function to the parts of a text that are no code, and fence the code of Liquid."""
    pieces, position, start, pattern = [], 0, 0, _CODE
    while opening := pattern.search(text, start):
        if opening["fence"]:
            start = _fence_end(text, opening)
            code = text[opening.start() : start]
        elif closing := _END_HIGHLIGHT.search(text, opening.end()):
            start = closing.end()
            code = _fence(text[opening.end() : closing.start()].strip("\n"), opening["language"])
        else:
            # No tag behind this one has an end, either.
            start, pattern = opening.start(), _FENCE
            continue
        pieces += [_map_outside_spans(text[position : opening.start()], change), code]
        position = start
    return "".join([*pieces, _map_outside_spans(text[position:], change)])


def _fence_end(text: str, opening: re.Match[str]) -> int:
    """Return the position behind a fenced block, which may have no end."""
    fence = opening["fence"]
    closing = re.compile(rf"^[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE)
    end_line = closing.search(text, opening.end())
    return end_line.end() if end_line else len(text)


def _fence(code: str, language: str) -> str:
    """Return code in a fence that is longer than all fences in it."""
    longest = max((len(run) for run in _BACKTICKS.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"\n{fence}{language}\n{code}\n{fence}\n"


def _map_outside_spans(text: str, change: Callable[[str], str]) -> str:
    """Apply a function to a text whose code spans are replaced by marks meanwhile."""
    text = text.replace("\x00", "")
    spans: list[str] = []
    pieces: list[str] = []
    position = 0
    for start, end in _code_spans(text):
        pieces += [text[position:start], f"\x00{len(spans)}\x00"]
        spans.append(text[start:end])
        position = end
    changed = change("".join([*pieces, text[position:]]))
    return re.sub(r"\x00(\d+)\x00", lambda match: spans[int(match[1])], changed)


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the code spans of a text: from some backticks to as many in the same paragraph."""
    runs = [match.span() for match in _BACKTICKS.finditer(text)]
    next_run: dict[int, int] = {}
    partners = [0] * len(runs)
    # From the end, so that the next run of each length is known.
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number][1] - runs[number][0]
        partners[number] = next_run.get(length, 0)
        next_run[length] = number
    number = 0
    while number < len(runs):
        partner = partners[number]
        start, end = runs[number][0], runs[partner][1]
        blank_line = text.find("\n\n", start, end) if partner else 0
        if partner and blank_line < 0:
            yield start, end
            number = partner
        number += 1
