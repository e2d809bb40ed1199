"""Known failures that no mutant can bring back, because the project has no code for them."""

EXEMPT = {
    22: "the API has no WAF, because API Gateway's HTTP APIs support none; the stage throttles: 65",
    30: "every key is a hash that covers the body, so one key cannot belong to two bodies",
    31: "Powertools' idempotency is not used; one conditional put stores and claims a delivery",
    32: "as 31: without in-progress records, no lease depends on a missing Lambda context",
    35: "as 31: there is no persistence layer to share",
    48: "a table belongs to one client; no write goes to an index of all clients",
    54: "a batch is a counter and times, never a list of events",
    106: "a cart that keeps its order after it was emptied never leaves the loop of `release_cart`",
    112: "the audit of the shop is not written yet",
    120: "the checkout page of the shop is not written yet; the same attempt reserves again",
}
