"""The description of a mutant, and the tests that several mutants share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A patch of one file. `old` must occur in the file exactly once."""

    failure: int
    """Number of the known failure that the patch brings back."""
    description: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    """Test modules that must fail. The first failure is enough."""


SIGNATURE = ("tests/core/test_signature.py",)
INGRESS = ("tests/core/test_webhook.py",)
ROUTER = ("tests/lambdas/test_webhook_router.py",)
PROVIDERS = ("tests/core/test_every_provider.py",)
INGEST = ("tests/lambdas/test_ingest.py",)
BUILDER = (
    "tests/lambdas/test_builder.py",
    "tests/lambdas/test_builds_that_fail.py",
    "tests/lambdas/test_flip.py",
)
PORTS = ("tests/lambdas/test_ports.py",)
WIRE = ("tests/lambdas/test_wire.py",)
BATCHING = ("tests/core/test_batching.py",)
CRASHES = ("tests/assurance/simulation/test_crash_points.py",)
STORMS = ("tests/assurance/simulation/test_storms.py",)
AWS_STORMS = ("tests/assurance/wire/test_storms.py",)
REPLAY = ("tests/lambdas/test_replay.py",)
