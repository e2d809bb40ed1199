"""Suggest the most similar known word for a misspelled one."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

MAX_WORD_LENGTH: Final = 64
"""Longer words are truncated before the comparison, which takes quadratic time."""


def did_you_mean(word: str, known: Iterable[str], fallback: str = "") -> str:
    """Suggest the most similar known word, else return `fallback` or the list of all words."""
    words = sorted(map(str, known))
    word = word[:MAX_WORD_LENGTH]
    similarity = {
        candidate: SequenceMatcher(a=word.lower(), b=candidate.lower()).ratio()
        for candidate in words
    }
    highest = max(similarity.values(), default=0)
    nearest = [
        candidate for candidate in words if similarity[candidate] == highest and highest > 0.6
    ] or [
        candidate
        for candidate in words
        if word and (candidate.startswith(word) or word.startswith(candidate))
    ]
    if len(nearest) == 1:
        return f"did you mean {nearest[0]!r}?"
    return fallback or (f"one of: {', '.join(words)}" if words else "")
