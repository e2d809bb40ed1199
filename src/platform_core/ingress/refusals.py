"""Choose the refusals that get a log line, so that a flood of them does not fill the log.

A few refusals are facts that a person looks for, so each has its line. In a flood one line stands
for many, and says for how many. The metrics in the lines count all but the last few: an instance
that ends has not written those yet.
"""

from dataclasses import dataclass, field
from typing import Final

LINES_PER_MINUTE: Final = 20
"""Refusals of one kind that have a line each. More than the threshold of the alarm on them."""
REFUSALS_PER_LINE: Final = 100
"""Refusals that a line stands for from then on."""


@dataclass(slots=True)
class _Count:
    minute: int
    lines: int = 0
    unlogged: int = 0


@dataclass(slots=True)
class RefusalSampler:
    """Counts refusals by kind. One function instance has one, so the limits apply to each.

    There must be few kinds. A reason, for example, can quote the sender, who could make up many.
    """

    counts: dict[str, _Count] = field(default_factory=dict)

    def count(self, kind: str, now: float) -> int:
        """Count one refusal. Returns the number that a line written now stands for; 0: none."""
        minute = int(now // 60)
        counted = self.counts.setdefault(kind, _Count(minute))
        if counted.minute != minute:
            counted.minute, counted.lines = minute, 0
        counted.unlogged += 1
        if counted.lines >= LINES_PER_MINUTE and counted.unlogged < REFUSALS_PER_LINE:
            return 0
        counted.lines += 1
        stands_for, counted.unlogged = counted.unlogged, 0
        return stands_for
