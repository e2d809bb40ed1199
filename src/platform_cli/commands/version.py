"""The version of this tool.

platform version
"""

from importlib.metadata import version

from platform_cli.screen import Data
from platform_cli.session import Session


def run(session: Session) -> Data:
    """Data: {version}."""
    number = version("platform-sites")
    session.screen.write(f"platform {number}")
    return {"version": number}
