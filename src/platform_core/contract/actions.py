"""The actions of the functions and the input of the timer, as they stand in messages.

`pipeline.actions` holds them as typed values, `pipeline.reports` the answers. The builder takes any
other message as a hint to reconcile the site.
"""

from typing import Final

ACTION_LOOK: Final = "look"
ACTION_SWEEP: Final = "sweep"
ACTION_BUILD: Final = "build"
"""`force` (default true), `allow_shrink`, `cause`."""
ACTION_ROLLBACK: Final = "rollback"
"""`release` (default: the one before the live one)."""
ACTION_RESUME: Final = "resume"
ACTION_CONTENT: Final = "content"
"""`url`. Answers `{key, items, covers}`."""
ACTION_PREVIEW: Final = "preview"
"""`token_hash`, `source_key`, `days`, `limit`, `label`. Answers `{id, status, reason}`."""
ACTION_END_PREVIEW: Final = "end_preview"
"""`id`. Answers the same."""
ACTION_SYNC: Final = "sync"
"""Of the ingest function: `provider`. Answers `done: false` where the time was up: ask again, with
`skip` = the `listed` of that answer."""
ACTION_RETIRE: Final = "retire"
"""Of the ingest function: `provider`, one that the client no longer has. Answers like a sync."""
ACTION_REPLAY: Final = "replay"
"""Of the function that drives the inbox (ingest; in direct mode the builder): `ids`. Answers
`{replayed: [{id, number, status, reason}], skipped: [{id, reason}], left: [ids]}`."""
ACTION_DISCARD: Final = "discard"
"""Of the same: `ids` of failed and quarantined deliveries, which from now on may end. Answers
`{discarded: [ids]}`."""

# The input of the timer: seconds to wait (1 or more), and the message for the builder.
TIMER_SECONDS: Final = "seconds"
TIMER_EVENT: Final = "event"
