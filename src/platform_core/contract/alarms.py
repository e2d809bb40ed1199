"""The log lines that alarms count: the key `alarm` with one of these values."""

from typing import Final

ALARM: Final = "alarm"
ALARM_PENDING: Final = "pending_too_long"
"""The sweeper saw a delivery that waited for more than fifteen minutes."""
ALARM_BUILD: Final = "build_failed"
"""A build failed, a site was held, or no build could start for an hour."""
ALARM_STUCK: Final = "build_stuck"
"""A build outlived its hard limit."""
ALARM_SIGNATURE: Final = "signature_refused"
"""A delivery could not prove itself; many of them in a short time wake somebody."""
ALARM_SILENT: Final = "registration_silent"
"""A vendor shows changes that never came in."""
