"""Every AWS call of a client, judged by an IAM engine that is not ours.

Slow, because npm installs the engine once; it is pinned with hashes in `iam/`.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests import outside
from tests.assurance.outside.aws_calls import TLS, Call, every_call
from tests.assurance.outside.deployed_stack import DeployedStack
from tests.assurance.outside.templates import ACCOUNT, load_template

pytestmark = pytest.mark.slow

TOOL = Path(__file__).parent / "iam"
GOLDEN = Path(__file__).parents[2] / "infra" / "golden"
OVER_TLS = {"s3", "sqs", "sns", "dynamodb", "ssm"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("iam")
    shutil.copytree(TOOL, folder, dirs_exist_ok=True)
    return folder


def judge(engine: Path, stack: DeployedStack, calls: list[Call]) -> list[Any]:
    """Return whether each call is allowed, or the engine's errors."""
    simulations = [as_simulation(stack, call) for call in calls]
    return list(json.loads(outside.run_npm_tool(engine, "simulate.mjs", json.dumps(simulations))))


def as_simulation(stack: DeployedStack, call: Call) -> dict[str, Any]:
    """Return a call in the form of the engine."""
    is_service = call.action == "sts:AssumeRole" or call.caller in {"events", "sns", "cloudfront"}
    role = None if is_service else stack.role(call.caller)["Properties"]
    principal = (
        f"arn:aws:sts::{ACCOUNT}:assumed-role/{role['RoleName']}/session"
        if role
        else f"{call.caller}.amazonaws.com"
    )
    context = {**(TLS if call.action.split(":")[0] in OVER_TLS else {}), **call.context}
    simulation = {
        "request": {
            "principal": principal,
            "action": call.action,
            "resource": {"resource": call.resource, "accountId": ACCOUNT},
            "contextVariables": context,
        },
        "identityPolicies": [
            {"name": policy["PolicyName"], "policy": policy["PolicyDocument"]}
            for policy in (role["Policies"] if role else ())
        ],
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
        **({"resourcePolicy": call.policy} if call.policy else {}),
    }
    if call.action != "kms:Decrypt":
        return simulation
    # The engine knows no `kms:EncryptionContext:<key>`, so both sides get another key's name.
    text = json.dumps(simulation).replace(
        "kms:EncryptionContext:PARAMETER_ARN", "aws:PrincipalTag/PARAMETER_ARN"
    )
    return dict(json.loads(text))


@pytest.mark.parametrize("name", ["composed", "direct"])
def test_iam_allows_exactly_what_the_code_calls(engine: Path, name: str) -> None:
    stack = DeployedStack(load_template(GOLDEN / f"{name}.json"))
    calls = list(every_call(stack))
    assert len(calls) > 90
    answers = judge(engine, stack, calls)
    wrong = [
        (call.caller, call.action, call.resource, dict(call.context), answer)
        for call, answer in zip(calls, answers, strict=True)
        if answer is not call.allowed
    ]
    assert wrong == []
