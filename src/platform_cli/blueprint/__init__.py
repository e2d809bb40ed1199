"""From a client's configuration to a plan: names, parts, costs. Pure; no AWS."""
