"""The embedded cloud: an AWS emulator, its builds and its sites, on this machine."""
