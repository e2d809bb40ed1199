"""Did you mean: the word that somebody most likely wanted to write."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

LONGEST: Final = 64
"""Characters of a word that can be a slip of another."""


def near(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint with the nearest known word, else `otherwise`, else all of them."""
    words = sorted(map(str, known))
    word = word[:LONGEST]
    likeness = {each: SequenceMatcher(a=word.lower(), b=each).ratio() for each in words}
    best = max(likeness.values(), default=0)
    nearest = [each for each in words if likeness[each] == best and best > 0.6] or [
        each for each in words if word and (each.startswith(word) or word.startswith(each))
    ]
    if len(nearest) == 1:
        return f"did you mean {nearest[0]!r}?"
    return otherwise or (f"one of: {', '.join(words)}" if words else "")
