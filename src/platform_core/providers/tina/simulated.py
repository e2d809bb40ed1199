"""A double of GitHub's API: of TinaCloud's own we ask nothing."""

from platform_core.providers._git.simulated import Simulated as Simulated
