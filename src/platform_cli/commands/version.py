"""Print the version of this tool.

The same as `platform --version`; `--json` is for scripts.

    platform version --json
"""

from importlib.metadata import version

from platform_cli.screen import Data
from platform_cli.session import Session


def run(session: Session) -> Data:
    """Data: {version}."""
    number = version("platform-sites")
    session.screen.write(f"platform {number}")
    return {"version": number}
