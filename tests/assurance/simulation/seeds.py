"""Storms that once broke an invariant: name of the storm, seed, number of edits."""

SEEDS = (
    # A deletion without a version did not replace an older tombstone. An edit that the
    # deletion had overtaken then restored the item.
    ("reordered and delayed", 0, 120),
    ("reordered and delayed", 9, 120),
    ("reordered and delayed", 14, 120),
)

DIRECT_SEEDS = (
    # A build read the vendor's listing while the API was still behind the webhook.
    ("indexes behind", 25, 20),
)

WIRE_SEEDS = (
    # botocore repeated a start whose response was lost, and the repeat was refused. It counted as
    # refused although a build existed, and the next attempt ran beside that build.
    ("reply lost or throttled", 0, 60),
)
