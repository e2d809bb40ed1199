"""The simulation of GitHub's API: our modules never call TinaCloud's own."""

from platform_core.providers._git.simulated import Simulated as Simulated
