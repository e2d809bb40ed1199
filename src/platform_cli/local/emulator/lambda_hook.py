"""Start-up hook of Lambda workers, copied as `sitecustomize.py` into their import path.

Uses the standard library only. It removes this installation's packages from the import path, and
resolves the host `ACCOUNT.HOST`, which boto3 uses for key-value stores and only AWS can resolve. It
also adds the key of the simulated vendors to requests, because no template contains a key.
"""

import http.client
import os
import socket
import sys
import sysconfig
from typing import Any

VENDOR_KEY_VARIABLE = "EMBEDDED_CLOUD_VENDOR_KEY"


def restrict_import_path() -> None:
    """Keep only the standard library and the packages of the AWS runtime and layer."""
    runtime_folder = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (pathlib is slower)
    libraries = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    libraries |= {f"{library}/lib-dynload" for library in libraries}
    allowed_paths = [path for path in sys.path if path in libraries or path.endswith(".zip")]
    sys.path[:] = [*allowed_paths, f"{runtime_folder}/packages"]


def resolve_host(host: Any, *details: Any, **more: Any) -> Any:
    """Resolve names below our loopback address locally and all others as usual."""
    if isinstance(host, str) and host.endswith(".127.0.0.1"):
        host = "127.0.0.1"
    return system_getaddrinfo(host, *details, **more)


def start_request_with_key(
    connection: Any, method: str, url: str, *details: Any, **more: Any
) -> Any:
    """Start a request, with the key as the first path segment of the simulated vendors' address."""
    if url.startswith("/_vendors/"):
        url = url.replace("/_vendors/", f"/_vendors/{vendor_key}/", 1)
    return system_putrequest(connection, method, url, *details, **more)


system_getaddrinfo = socket.getaddrinfo
system_putrequest = http.client.HTTPConnection.putrequest
if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    restrict_import_path()
    socket.getaddrinfo = resolve_host
    vendor_key = os.environ.pop(VENDOR_KEY_VARIABLE, "")
    http.client.HTTPConnection.putrequest = start_request_with_key  # type: ignore[assignment, method-assign]
