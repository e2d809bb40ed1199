"""The objects that a build may read and create: the one list for AWS and the embedded cloud.

`infra/build_project.py` writes it into the role of the build, and `local/access/build_role.py`
enforces it on this machine.
"""

from dataclasses import dataclass
from typing import Final

from platform_cli.blueprint.parts.builds import CACHE
from platform_core import contract

OWN_FOLDER: Final = "${aws:userid}"
"""The user id of the session, which differs from build to build. See decision 15."""
READ: Final = "s3:GetObject"
READ_VERSION: Final = "s3:GetObjectVersion"
CREATE: Final = "s3:PutObject"
"""Creates an object. The site bucket's policy refuses to replace one."""


@dataclass(frozen=True, slots=True)
class ObjectPermission:
    """Actions that a build may take on the objects below some prefixes of a bucket."""

    actions: tuple[str, ...]
    bucket: str
    """Environment variable of the build that names the bucket."""
    prefixes: tuple[str, ...]


PREVIEW_CACHE: Final = f"{CACHE}previews/"
"""Packages of preview builds. A build of another branch must not fill the live build's cache."""
BUILD_PERMISSIONS: Final = (
    ObjectPermission((READ, READ_VERSION), contract.DATA_BUCKET, (contract.SOURCES,)),
    ObjectPermission((READ,), contract.DATA_BUCKET, (contract.SNAPSHOTS, CACHE)),
    ObjectPermission((CREATE,), contract.DATA_BUCKET, (CACHE,)),
    ObjectPermission(
        (CREATE,), contract.SITE_BUCKET, (f"{contract.RELEASES}{OWN_FOLDER}/", contract.ASSETS)
    ),
)
PREVIEW_PERMISSIONS: Final = (
    ObjectPermission((READ, READ_VERSION), contract.DATA_BUCKET, (contract.SOURCES,)),
    ObjectPermission((READ,), contract.DATA_BUCKET, (contract.SNAPSHOTS, PREVIEW_CACHE)),
    ObjectPermission((CREATE,), contract.DATA_BUCKET, (PREVIEW_CACHE,)),
    ObjectPermission((CREATE,), contract.SITE_BUCKET, (f"{contract.PREVIEWS}{OWN_FOLDER}/",)),
)
"""Those of the build of a preview: it can create nothing that a release has."""
