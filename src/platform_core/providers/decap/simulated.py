"""The simulation of the Git hosts' APIs: Decap has no API of its own."""

from platform_core.providers._git.simulated import Simulated as Simulated
