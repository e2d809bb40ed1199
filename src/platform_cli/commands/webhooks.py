"""The webhooks at each vendor: list, register, verify.

By the vendor's API where there is one and its token is set; else the steps for a person.

    platform webhooks list acme
    platform webhooks register acme
    platform webhooks verify acme
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, bindings, blueprint, deployed, safe_of
from platform_cli.errors import Exit
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session

if TYPE_CHECKING:
    from platform_cli.deploy.registration import Registration
    from platform_core.provider import Context

    Ask = Callable[[str, str, Context], Registration]


def list_(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """What each vendor has that delivers to this client.

      platform webhooks list acme

    Data: {webhooks: [{provider, address, state, note, hooks, steps}]}.
    """
    from platform_cli.deploy.registration import look

    return _data(_asked(session, client, env, look, local=local))


def register(session: Session, client: Client, env: Env = None, local: Local = False) -> Outcome:
    """Have the vendors deliver here: makes what lacks, mends what is wrong; again changes nothing.

      platform secrets set acme sanity manage_token
      platform webhooks register acme

    Exits 1 where a vendor could not be asked. Data as of `list`.
    """
    from platform_cli.deploy.registration import State, register

    found = _asked(session, client, env, register, local=local)
    for each in found:
        for number, step in enumerate(each.steps, 1):
            session.screen.say(f"{each.provider} {number}. {step}")
    failed = any(each.state is State.UNKNOWN or not each.is_well for each in found)
    return Outcome(_data(found), Exit.FAILURE if failed else Exit.OK)


def verify(session: Session, client: Client, env: Env = None, local: Local = False) -> Outcome:
    """Whether the vendors still deliver here: exits 3 where a webhook lacks or is broken.

      platform webhooks verify acme

    Data as of `list`.
    """
    from platform_cli.deploy.registration import look

    found = _asked(session, client, env, look, local=local)
    return Outcome(_data(found), Exit.OK if all(e.is_well for e in found) else Exit.CHANGES)


def _asked(
    session: Session, client: str, env: str | None, ask: "Ask", *, local: bool
) -> "list[Registration]":
    from platform_cli.deploy import vendor

    of = blueprint(session, client, env)
    found = deployed(session, client, env, local=local)
    safe = safe_of(session.client(client, env), found.target)
    done = []
    for each in bindings(of):
        address = f"{found.site.webhook_base_url}/{each.provider}"
        with session.screen.step(f"Asking {each.provider}"):
            done.append(ask(each.provider, address, vendor.context(each, found.target, safe)))
    rows = [[e.provider, e.state, e.address, e.note] for e in done]
    session.screen.table("Webhooks", ["provider", "state", "address", "note"], rows)
    return done


def _data(found: "list[Registration]") -> Data:
    return {"webhooks": [asdict(each) for each in found]}


COMMANDS = {"list": list_, "register": register, "verify": verify}
