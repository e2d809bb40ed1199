"""Failures that no mutant can bring in, since what they need does not exist here."""

EXEMPT = {
    22: "no WAF is laid in front of the API (it cannot be); the stage throttles: see 65",
    30: "every key is a hash that the body is part of: one key cannot stand for two bodies",
    31: "Powertools' idempotency is not used: one conditional put of our own keeps and claims",
    32: "as 31: no in-progress record, so no lease that a missing context could leave out",
    35: "as 31: no persistence layer to share",
    48: "a table holds one client; no write spreads over an index of all clients",
    54: "a batch is a counter and times, never a list of events",
}
