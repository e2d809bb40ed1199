"""Compare the response to an offer with its expected outcome."""

import json
from random import Random

from lambdas.runtime.entry import UnexpectedError
from platform_core.errors import PipelineError
from platform_core.webhooks.request import MAX_BODY
from tests.assurance.hostile.clients import Client
from tests.assurance.hostile.offers import Offer, offer

REFUSALS = {401, 404, 413, 415}
OUTAGES = ("secrets", "inbox", "vendor")


class FalseAccept(AssertionError):
    """Accepted without a valid signature."""


class ServerError(AssertionError):
    """A 5xx outside an outage."""


def judged(client: Client, chance: Random) -> str:
    """Check the response to one request and return the outcome.

    The outcome is `refused`, `accepted`, `greeted` or `put off`. One request in twenty meets an
    outage of ours, the only valid reason for a 5xx. Raises `AssertionError` for any other response.
    """
    outage = chance.choice(OUTAGES) if chance.randrange(20) == 0 else ""
    client.safe.down = outage == "secrets"
    client.inbox.down = outage == "inbox"
    client.vendor_down = outage == "vendor"
    sent = offer(client, chance)
    try:
        response = client.answer(sent.event)
    except (UnexpectedError, PipelineError) as error:
        raise ServerError(f"{client.name}: {error}") from error
    _well_said(client, response)
    return _judgement(client, sent, response["statusCode"], outage)


def _judgement(client: Client, sent: Offer, status: int, outage: str) -> str:
    stored = client.inbox.last
    if stored is not None:
        if not sent.genuine:
            raise FalseAccept(client.name)
        assert status == 200, status
        assert stored.request.body == sent.body
        assert client.name == stored.provider
        return "accepted"
    if status == 503:
        if not outage:
            raise ServerError(client.name)
        return "put off"
    if status == 200:
        assert client.router.gateway.provider_of(sent.event), sent
        return "greeted"
    assert status in REFUSALS, status
    if sent.genuine:
        _refused_for_a_reason(sent, status)
    return "refused"


def _refused_for_a_reason(sent: Offer, status: int) -> None:
    """Return whether the request is too large or compressed, the only reasons to reject a genuine
    one."""
    if len(sent.body) > MAX_BODY:
        assert status == 413, status
    else:
        assert (status, sent.encoding.lower() == "identity") == (415, False), status


def _well_said(client: Client, said: dict[str, object]) -> None:
    """Check that the response is constant, and that the log line contains no body and no secret."""
    assert len(json.dumps(said)) < 300, said
    (line,) = client.paper.lines
    assert len(line) < 2000, line
    assert json.loads(line)["message"] in {"delivery", "health"}, line
