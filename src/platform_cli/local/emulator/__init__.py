"""The AWS emulator, its Lambda runtime, and the simulated vendor APIs."""
