"""What the door did with an offer, held against the truth about it."""

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
    """Kept, though no valid secret signed it."""


class ServerError(AssertionError):
    """A 5xx that no outage excuses."""


def judged(client: Client, chance: Random) -> str:
    """One request, well answered: `refused`, `accepted`, `greeted` or `put off`.

    One in twenty meets an outage of ours, which is the only thing that a 5xx may tell of. Raises
    `AssertionError` for whatever should not be.
    """
    outage = chance.choice(OUTAGES) if chance.randrange(20) == 0 else ""
    client.safe.down = outage == "secrets"
    client.inbox.down = outage == "inbox"
    client.vendor_down = outage == "vendor"
    sent = offer(client, chance)
    try:
        said = client.answer(sent.event)
    except (UnexpectedError, PipelineError) as error:
        raise ServerError(f"{client.name}: {error}") from error
    _well_said(client, said)
    return _judgement(client, sent, said["statusCode"], outage)


def _judgement(client: Client, sent: Offer, status: int, outage: str) -> str:
    kept = client.inbox.last
    if kept is not None:
        if not sent.genuine:
            raise FalseAccept(client.name)
        assert status == 200, status
        assert kept.request.body == sent.body
        assert client.name == kept.provider
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
    """Too large or packed: nothing else turns a genuine delivery away."""
    if len(sent.body) > MAX_BODY:
        assert status == 413, status
    else:
        assert (status, sent.encoding.lower() == "identity") == (415, False), status


def _well_said(client: Client, said: dict[str, object]) -> None:
    """A constant answer, and one line of the log with neither a body nor a secret in it."""
    assert len(json.dumps(said)) < 300, said
    (line,) = client.paper.lines
    assert len(line) < 2000, line
    assert json.loads(line)["message"] in {"delivery", "health"}, line
