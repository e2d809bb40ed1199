"""Expected failures of the pipeline. Each says whether trying again can help.

An exception is a value: it never prints and never exits. Anything that is not one of these is a
bug, and reaches the door of the lambda as it is.
"""


class PipelineError(Exception):
    """An expected failure; `retry` says whether the same work can succeed later."""

    retry: bool = False


class Rejected(PipelineError):
    """The sender cannot prove itself (signature, time, provider). Constant answer, no detail."""


class OutOfTime(Rejected):
    """The proof holds, and the time that it covers is too far from ours."""


class Malformed(PipelineError):
    """Authentic, but not understandable: kept as quarantined, never dropped."""


class SecretMissing(PipelineError):
    """A secret has not been set yet: our gap, not the sender's."""

    retry = True


class SecretStoreUnavailable(PipelineError):
    """The secret store cannot be reached."""

    retry = True


class VendorUnavailable(PipelineError):
    """The vendor's API cannot be reached, throttles, or answers with a fault of its own."""

    retry = True


class NotYetVisible(PipelineError):
    """The vendor's API still shows an older version than the webhook names."""

    retry = True


class VendorRefused(PipelineError):
    """The vendor's API says that our request is wrong (credentials, permission, address)."""

    retry = True


class NoListing(PipelineError):
    """This sender lists nothing: what its webhooks brought is all that there is."""


class StoreUnavailable(PipelineError):
    """One of our own stores cannot be written or read right now."""

    retry = True


class Conflict(PipelineError):
    """A conditional write lost: somebody else was first. Look again."""

    retry = True


class BuildRefused(PipelineError):
    """The build service takes no build just now: a limit, throttling, or a fault of its own."""

    retry = True


class Refused(PipelineError):
    """What a person asked for cannot be done; the words say why."""


class BodyGone(PipelineError):
    """A delivery cannot be driven: its body, which lay beside its row, is no longer kept."""


class NotDeployed(PipelineError):
    """A deploy has not brought yet what a build reads."""

    retry = True
