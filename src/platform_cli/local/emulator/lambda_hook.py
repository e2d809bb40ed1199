"""Copied as `sitecustomize.py` into the path of Lambda workers; Python runs it at their start.

Standard library only. It takes this installation's packages off the path, and lets boto3 find
`ACCOUNT.HOST`, where it asks a pointer store: a name that resolves on AWS only.
"""

import os
import socket
import sys
import sysconfig
from typing import Any


def narrow() -> None:
    """Keep the standard library, and what AWS's runtime would bring."""
    own = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (pathlib is slower)
    libraries = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    libraries |= {f"{library}/lib-dynload" for library in libraries}
    kept = [place for place in sys.path if place in libraries or place.endswith(".zip")]
    sys.path[:] = [*kept, f"{own}/packages"]


def resolve(host: Any, *details: Any, **more: Any) -> Any:
    """As the system does, but for names below our loopback address."""
    if isinstance(host, str) and host.endswith(".127.0.0.1"):
        host = "127.0.0.1"
    return system(host, *details, **more)


system = socket.getaddrinfo
if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    narrow()
    socket.getaddrinfo = resolve
