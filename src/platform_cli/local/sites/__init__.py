"""The sites and APIs of clients on ports of this machine."""
