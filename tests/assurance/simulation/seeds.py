"""Storms that once broke an invariant: name of the storm, seed, number of edits."""

SEEDS = (
    # A deletion without a version was forgotten where an older grave stood already; an edit that it
    # had overtaken then brought the item back.
    ("reordered and delayed", 0, 120),
    ("reordered and delayed", 9, 120),
    ("reordered and delayed", 14, 120),
)

DIRECT_SEEDS = (
    # A build read the vendor's listing while his API was still behind his own webhook.
    ("indexes behind", 25, 20),
)

WIRE_SEEDS = (
    # A start whose answer was lost was asked for again by botocore and refused then: it counted as
    # refused, though there was a build, and the next attempt ran beside it.
    ("reply lost or throttled", 0, 60),
)
