"""Measure that the cost of hostile text grows in proportion to its size.

    python -m benchmarks.bounds

Compares the CPU time of a text four times as long with that of the text. The ratio is about 4 if
the cost is linear and 16 if it is quadratic. The exit code is 1 if a ratio exceeds 9.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from platform_core.content import html
from platform_core.content.dialects import to_common_markdown
from platform_core.content.slugs import slugify
from platform_core.errors import Malformed
from platform_core.provider_kit import parsing
from platform_core.provider_kit.amounts import parse_written_price
from platform_core.provider_kit.timestamps import parse_timestamp

Read = Callable[[str], object]
HTML = ("<div>", "<ul><li>", "<table>x", "<b>", "<p a='", "<!--", "&#x", "</p>", "<svg><g>")
MARKDOWN = ("[", "![", "[a](", "*a **b ", "`", "> ", "- ", "<!-- ", "[a]", "a\n---\n", "|a|\n|-|\n")
DIALECTS = (
    "{/*", "{{< figure ", "{%", "<A", "<A {", '<A "', "`", "```\n", "![[", "[[", "# {#",
    "import {\n", "export const a\n", "{% comment %}", "{% highlight x %}", ":::\n",
    "> [!NOTE]\n", "{", "{'",
)  # fmt: skip
PLAIN = ("\n", " \n", "a ", "\u0301", "\ufdfa", "--", "\x00", "\ud800")
READERS: dict[str, tuple[Read, tuple[str, ...], int]] = {
    "sanitize": (html.sanitize, HTML, 200_000),
    "as text": (html.strip_markup, HTML, 200_000),
    "from Markdown": (html.render_markdown, MARKDOWN, 8_000),
    "from a dialect": (to_common_markdown, DIALECTS, 20_000),
    "a price": (parse_written_price, ("1", "1,", "€ ", "1."), 50_000),
    "a date": (parse_timestamp, ("1", "1.", "a ", "Mar "), 50_000),
    "from text": (html.render_plain_text, PLAIN, 100_000),
    "a text": (parsing.parse_text, PLAIN, 100_000),
    "texts": (parsing.parse_texts, PLAIN, 100_000),
    "a slug": (lambda text: slugify(text, "x"), PLAIN, 100_000),
    "a number": (parsing.parse_integer, ("9",), 100_000),
}
"""The reader, the hostile pieces to repeat, and the characters of the shorter text."""
MIN_SECONDS = 0.02
"""Below this number of seconds, noise dominates the measurement."""
MAX_RATIO = 9.0


def measure_cpu_seconds(read: Read, text: str) -> float:
    """Return the best CPU time of two runs. A rejected text counts as read."""
    cpu_times = []
    for _ in range(2):
        started_at = time.process_time()
        with suppress(Malformed):
            read(text)
        cpu_times.append(time.process_time() - started_at)
    return min(cpu_times)


def measure_growth(read: Read, unit: str, size: int) -> float:
    """Return the ratio of the time for four times the text."""
    short, long = (unit * (length // len(unit)) for length in (size, 4 * size))
    long_seconds = measure_cpu_seconds(read, long)
    return long_seconds / max(measure_cpu_seconds(read, short), MIN_SECONDS)


def main() -> int:
    """Print the worst ratio of each reader. Returns the exit code."""
    worst = {
        name: max(measure_growth(read, unit, size) for unit in units)
        for name, (read, units, size) in READERS.items()
    }
    print(json.dumps({name: round(ratio, 1) for name, ratio in worst.items()}, indent=2))
    return 1 if max(worst.values()) > MAX_RATIO else 0


if __name__ == "__main__":
    sys.exit(main())
