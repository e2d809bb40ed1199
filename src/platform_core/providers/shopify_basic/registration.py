"""Registers webhooks like every Shopify provider."""

from platform_core.providers._shopify.registration import (
    MANAGE_TOKEN,
    hooks,
    instructions,
    register,
)

__all__ = ["MANAGE_TOKEN", "hooks", "instructions", "register"]
