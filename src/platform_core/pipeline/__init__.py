"""From a kept delivery to a live page: what ingest and builder do, behind `ports`.

Every worker looks at state and does what is missing, so a message that is lost, doubled, late or
out of order costs time and never content. No AWS and no clock of its own in here.
"""
