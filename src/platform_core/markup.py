"""Former path of `platform_core.content.html`, kept for the providers of third parties."""

from platform_core.content.html import *  # noqa: F403 - every name of the module
