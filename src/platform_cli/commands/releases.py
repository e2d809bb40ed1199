"""List a site's releases, or go on to the newest after a rollback.

platform releases list acme
platform releases resume acme
"""

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Limit, Local, deployed
from platform_cli.screen import Data
from platform_cli.session import Session


def list_(
    session: Session, client: Client, limit: Limit = 20, env: Env = None, local: Local = False
) -> Data:
    """The releases that can be live again, newest first; the live one is marked.

      platform releases list acme

    Data: {releases: [{id, covers, created_at, live, ready}], pinned}.
    """
    from platform_cli.deploy import release

    found = deployed(session, client, env, local=local)
    site = release.site(found)
    live, ready = site.live, site.ready
    releases = [
        {
            "id": row.id,
            "covers": row.covers,
            "created_at": row.created_at,
            "live": row.id == live,
            "ready": row.id == ready,
        }
        for row in release.releases(found, limit=limit)
    ]
    rows = [
        [each["id"], each["covers"], each["created_at"], _mark(each, pinned=site.pinned)]
        for each in releases
    ]
    session.screen.table("Releases", ["id", "covers", "created", ""], rows)
    return {"releases": releases, "pinned": site.pinned}


def resume(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """End a rollback: the newest release goes live, and those after it will.

    platform releases resume acme
    """
    from platform_cli.deploy import release
    from platform_core.actions import Resume

    found = deployed(session, client, env, local=local)
    release.ask(found, Resume())
    live = release.site(found).live
    session.screen.say(f"Live is {live}, the newest release.")
    return {"client_id": client, "live": live, "pinned": False}


def _mark(release: dict[str, object], *, pinned: bool) -> str:
    words = []
    if release["live"]:
        words.append("live, pinned" if pinned else "live")
    if release["ready"] and not release["live"]:
        words.append("ready")
    return ", ".join(words)


COMMANDS = {"list": list_, "resume": resume}
