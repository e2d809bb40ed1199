"""Use cases of deployments: plan, deploy, inspect and destroy a client's stack."""
