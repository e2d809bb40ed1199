"""The webhook addresses of a client in the outputs of its stack.

The stack is the one place that records them: everybody who deploys the client reads it, and routes
and record change together or not at all.
"""

from collections.abc import Mapping
from typing import Any

from platform_core import contract
from platform_core.webhooks.addresses import OPEN_FORM, AddressTokens, FormerAddress


def to_outputs(tokens: AddressTokens) -> dict[str, str]:
    """Return the outputs that record the tokens. CloudFormation takes no empty output."""
    outputs = {contract.OUT_WEBHOOK_TOKEN: tokens.current}
    if tokens.former:
        outputs[contract.OUT_FORMER_WEBHOOK_TOKEN] = tokens.former.token
        outputs[contract.OUT_FORMER_WEBHOOK_UNTIL] = str(tokens.former.until)
    return {key: value for key, value in outputs.items() if value}


def read_outputs(outputs: Mapping[str, str]) -> AddressTokens:
    """Return the tokens that a stack's outputs record."""
    until = outputs.get(contract.OUT_FORMER_WEBHOOK_UNTIL)
    former_token = outputs.get(contract.OUT_FORMER_WEBHOOK_TOKEN, OPEN_FORM)
    return AddressTokens(
        outputs.get(contract.OUT_WEBHOOK_TOKEN, OPEN_FORM),
        FormerAddress(former_token, int(until)) if until else None,
    )


def read_template_outputs(outputs: Mapping[str, Any]) -> AddressTokens:
    """Return the tokens that the outputs of a template record. They are plain texts there."""
    values = {key: output["Value"] for key, output in outputs.items()}
    return read_outputs({key: value for key, value in values.items() if isinstance(value, str)})
