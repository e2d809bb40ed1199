"""The properties of a site generator by which `platform recommend` compares it."""

from dataclasses import dataclass

LIGHT_SECONDS, LIGHT_MB, QUICK_SECONDS = 5, 200, 5
"""Limits for the keywords `light` (install time and memory) and `quick_builds` (1,000 pages)."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Properties of an engine for comparison, measured on two cores."""

    install_seconds: float
    build_seconds_10_pages: float
    build_seconds_1000_pages: float
    peak_megabytes: int
    skill: str
    """Skill level required to change its templates: `intermediate` or `advanced`."""
    performance: str
    """Performance of its sites: `very good` or `excellent`."""
    components: bool = False
    """Whether pages support interactive components without extra packages."""
    asks: tuple[str, ...] = ()
    """Languages and frameworks required to change its templates."""
    as_of: str = "2026-11-20"
    """Date of the measurement; empty if the figures are assumed."""

    @property
    def keywords(self) -> frozenset[str]:
        """The properties as keywords that `platform recommend` can require."""
        flags = {
            "components": self.components,
            "light": self.install_seconds <= LIGHT_SECONDS and self.peak_megabytes <= LIGHT_MB,
            "quick_builds": self.build_seconds_1000_pages <= QUICK_SECONDS,
        }
        return frozenset(
            {
                self.skill,
                self.performance,
                *self.asks,
                *(word for word, is_so in flags.items() if is_so),
            }
        )
