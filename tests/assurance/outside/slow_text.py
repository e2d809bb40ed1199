"""Texts whose cost could exceed their size: Markdown, HTML, and HTML to plain text.

    python -m tests.assurance.outside.slow_text

Prints the seconds of CPU for 16, 32 and 64 KB. Growth by four from one size to the next is
quadratic. The exit code is 1 if 1 MB (the largest file that is read) would, at that growth, exceed
the 120 seconds of the ingest worker. It takes minutes. The tests count calls instead.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from tests import outside

Read = Callable[[str], str]
READERS: dict[str, Read] = {
    "markdown": outside.markdown_to_html,
    "sanitize": outside.sanitize,
    "plain text": outside.strip_markup,
}
REPEATED = (
    "[", "![", "[a](", "*a ", "**a ", "a_", "<!--", "<?", "<a ", "&", "[a]: b\n", "|a", "~~a", "<",
    "\\", "<http://a", "<![CDATA[", "[[]", "a**b", "**x* ", "[x](((((", "</p>", "&#x41", 'a="',
)  # fmt: skip
"""Pieces that make a slow text by repetition."""
SIZES = (16_000, 32_000, 64_000)
TIME_LIMIT = 120.0


def backticks(size: int) -> str:
    """Return code spans that never end, each with another number of backticks."""
    return "".join("`" * (number % 300 + 1) + "a" for number in range(size // 150))[:size]


def quotes(size: int) -> str:
    """Return lines in 300 block quotes."""
    return (">" * 300 + "a\n") * (size // 302)


def nested_list(size: int) -> str:
    """Return a list in which each item contains the next."""
    return "".join("  " * depth + "- a\n" for depth in range(int(size**0.5)))


def table(size: int) -> str:
    """Return a table with as many columns as rows."""
    width = int(size**0.5)
    return "|a" * width + "\n" + "|-" * width + "\n" + ("|b" * width + "\n") * (width // 4)


def references(size: int) -> str:
    """Return link references, each defined and used."""
    numbers = range(size // 20)
    defined = "".join(f"[{number}]: /x\n" for number in numbers)
    return defined + "".join(f"[{number}] " for number in numbers)


def elements(size: int) -> str:
    """Return open elements, as many as one text may have."""
    return "<b>" * min(size // 3, 19_000)


def repeated(piece: str) -> Callable[[int], str]:
    """Return a maker of texts that repeat one piece."""
    return lambda size: piece * (size // len(piece))


TEXTS: dict[str, Callable[[int], str]] = {
    **{piece: repeated(piece) for piece in REPEATED},
    **{
        each.__name__: each
        for each in (backticks, quotes, nested_list, table, references, elements)
    },
}


def calls(read: Read, text: str) -> int:
    """Count the Python functions that a reader calls: its cost without a clock."""
    count = 0

    def count_call(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count_call)
    try:
        read(text)
    finally:
        sys.setprofile(before)
    return count


def seconds(read: Read, text: str) -> float:
    """Return the seconds of CPU for one text. A rejected text counts as read."""
    start = time.process_time()
    with suppress(outside.TextRefused):
        read(text)
    return time.process_time() - start


def main() -> int:
    worst = 0.0
    for reader, read in READERS.items():
        for name, make in TEXTS.items():
            taken = [seconds(read, make(size)) for size in SIZES]
            is_quadratic = taken[-1] > 3 * max(taken[-2], 0.001)
            megabyte = taken[-1] * (256 if is_quadratic else 16)
            worst = max(worst, megabyte)
            if taken[-1] > 0.3:
                figures = ", ".join(f"{each:.2f}" for each in taken)
                sys.stdout.write(f"{reader} {name!r}: {figures} s; 1 MB: {megabyte:.0f} s\n")
    sys.stdout.write(f"worst for 1 MB: {worst:.0f} s\n")
    return 1 if worst > TIME_LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
