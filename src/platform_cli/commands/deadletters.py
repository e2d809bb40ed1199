"""List, redrive or purge dead letters.

Dead letters are deliveries that failed or were quarantined, and calls that a function, a topic or a
timer could not make. A message leaves the queue only after its redrive is acknowledged.

    platform deadletters list acme
    platform deadletters redrive acme
    platform deadletters purge acme --id sanity#3f9c
"""

from platform_cli.api.deliveries import dead_letters
from platform_cli.api.workspaces import Location
from platform_cli.commands._arguments import Client, Env, Ids, Local, Rate
from platform_cli.errors import Exit
from platform_cli.prompts.confirmations import confirm_purge, confirm_redrive
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session
from platform_cli.views import deliveries as views


def list_(
    session: Session, client: Client, id_: Ids = None, env: Env = None, local: Local = False
) -> Data:
    """List dead letters, with the reason of each and the effect of a redrive.

    platform deadletters list acme
    """
    return views.dead_letters_data(
        _list_and_show(session, client, id_, session.location(env, local=local))
    )


def redrive(
    session: Session,
    client: Client,
    id_: Ids = None,
    rate: Rate = 10,
    env: Env = None,
    local: Local = False,
) -> Outcome:
    """Replay failed deliveries and repeat failed calls, if that is safe.

    platform deadletters redrive acme --id sanity#3f9c --yes
    """
    letters = _list_and_show(session, client, id_, session.location(env, local=local))
    confirm_redrive(session.screen, letters)
    result = dead_letters.redrive(letters, rate=rate, progress=session.screen)
    views.show_redrive(session.screen, result)
    exit_code = Exit.OK if result.succeeded else Exit.FAILURE
    return Outcome(views.redrive_data(client, result), exit_code)


def purge(
    session: Session, client: Client, id_: Ids = None, env: Env = None, local: Local = False
) -> Data:
    """Delete dead letters. For 30 days, a replay by its id restores purged content.

    The body of a purged order is deleted at once. A replay of it publishes its events, unless the
    order could not be read.

    `--id` with the whole id of a pending delivery gives up that delivery as well.

    platform deadletters purge acme --id sanity#3f9c
    """
    letters = _list_and_show(session, client, id_, session.location(env, local=local))
    confirm_purge(session.screen, letters, client)
    result = dead_letters.purge(letters)
    views.show_purge(session.screen, letters, result)
    return views.purge_data(client, result)


def _list_and_show(
    session: Session, client: str, ids: list[str] | None, location: Location
) -> dead_letters.DeadLetterList:
    letters = dead_letters.list_dead_letters(client, ids or (), **location)
    views.show_dead_letters(session.screen, letters)
    return letters


COMMANDS = {"list": list_, "redrive": redrive, "purge": purge}
