"""Properties are about what comes out, not about how busy the machine is.

A run tries the same examples every time, so that a red one means a change. New ones are looked for
by `--hypothesis-profile many`: put what it finds into a test.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "many", settings.get_profile("steady"), derandomize=False, max_examples=10_000
)
settings.load_profile("steady")
