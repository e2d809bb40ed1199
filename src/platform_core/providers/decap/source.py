"""The commits of the repository that Decap commits to."""

from platform_core.providers._git.source import archive_address as archive_address
from platform_core.providers._git.source import is_ancestor as is_ancestor
from platform_core.providers._git.source import pushed_commit as pushed_commit
from platform_core.providers._git.source import read_head as read_head
