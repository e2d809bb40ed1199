"""Names that both sides of the pipeline share, one module a subject.

The infrastructure writes these names into a template; the lambdas and the command line read them
back. They are stored, logged or deployed, so none of them ever changes. A name that only one side
uses does not belong here.
"""

from platform_core.contract.actions import *  # noqa: F403 - every name is public
from platform_core.contract.alarms import *  # noqa: F403 - every name is public
from platform_core.contract.env import *  # noqa: F403 - every name is public
from platform_core.contract.forms import *  # noqa: F403 - every name is public
from platform_core.contract.login import *  # noqa: F403 - every name is public
from platform_core.contract.metrics import *  # noqa: F403 - every name is public
from platform_core.contract.objects import *  # noqa: F403 - every name is public
from platform_core.contract.outputs import *  # noqa: F403 - every name is public
from platform_core.contract.previews import *  # noqa: F403 - every name is public
from platform_core.contract.secret_names import *  # noqa: F403 - every name is public
from platform_core.contract.tables import *  # noqa: F403 - every name is public
from platform_core.contract.topics import *  # noqa: F403 - every name is public
