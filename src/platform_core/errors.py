"""Expected failures of the pipeline. Each says whether a retry can help.

An exception never prints and never exits. Every other exception is a bug, and reaches the entry
point of the function as it is.
"""


class PipelineError(Exception):
    """An expected failure. `retry` says whether the same work can succeed later."""

    retry: bool = False


class Rejected(PipelineError):
    """The sender cannot prove itself. It gets a constant answer without details."""


class OutOfTime(Rejected):
    """The proof is valid, but its time is too far from ours."""


class Malformed(PipelineError):
    """Authentic, but not understood. The delivery is kept as quarantined, never dropped."""


class SecretMissing(PipelineError):
    """A secret is not set yet: our mistake, not the sender's."""

    retry = True


class SecretStoreUnavailable(PipelineError):
    """The secret store cannot be reached."""

    retry = True


class VendorUnavailable(PipelineError):
    """The vendor's API cannot be reached, throttles, or answers with a server error."""

    retry = True


class NotYetVisible(PipelineError):
    """The vendor's API still shows an older version than the webhook names."""

    retry = True


class VendorRefused(PipelineError):
    """The vendor's API rejects our request: credentials, permission or address."""

    retry = True


class NoListing(PipelineError):
    """The provider cannot list its content; its webhooks are the only source."""


class StoreUnavailable(PipelineError):
    """One of our own stores cannot be read or written right now."""

    retry = True


class Conflict(PipelineError):
    """A conditional write lost against another writer."""

    retry = True


class BuildRefused(PipelineError):
    """The build service accepts no build just now: a limit, throttling, or its own fault."""

    retry = True


class BuildDenied(PipelineError):
    """The build service does not allow us to start builds: a permission is missing."""


class Refused(PipelineError):
    """A person's request cannot be carried out. The message says why."""


class BodyGone(PipelineError):
    """The object with a delivery's body has expired, so the delivery cannot be applied."""


class WorkerKilled(PipelineError):
    """A delivery's workers were killed so often that it is given up."""


class NotDeployed(PipelineError):
    """A deploy has not uploaded yet what a build reads."""

    retry = True


class UnusableSource(PipelineError):
    """The files of a commit cannot be the source of a build. The message says why."""
