"""A double of the Git hosts' APIs: Decap has none of its own."""

from platform_core.providers._git.simulated import Simulated as Simulated
