"""Properties are about what comes out, not about how busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("many", settings.get_profile("steady"), max_examples=10_000)
settings.load_profile("steady")
