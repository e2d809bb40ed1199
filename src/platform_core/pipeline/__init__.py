"""From a stored delivery to a live page: the logic of ingest and builder, behind the ports.

Every worker compares the state with what is due and does what is missing. A message that is lost,
doubled, late or out of order costs time and never content. No AWS calls and no own clock in here.
"""
