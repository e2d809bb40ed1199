"""The login relay in its template: its path, and the one role that reads its secret."""

import json
from collections.abc import Callable

from platform_core import contract
from tests.infra.clients import Synthesized, text

Get = Callable[[str], Synthesized]


def test_the_site_sends_the_path_of_the_login_to_its_api(stacks: Get) -> None:
    config = stacks("aliased").one("AWS::CloudFront::Distribution")["DistributionConfig"]
    [behavior] = config["CacheBehaviors"]
    assert behavior["PathPattern"] == f"{contract.LOGIN_PATH}*"
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    routes = stacks("aliased").of_type("AWS::ApiGatewayV2::Route").values()
    assert {route["RouteKey"] for route in routes if contract.LOGIN_PATH in route["RouteKey"]} == {
        "GET /_login/auth",
        "GET /_login/callback",
    }


def test_only_the_login_function_reads_the_secret_of_the_app(stacks: Get) -> None:
    path = f"/platform/fig-press/prod/decap/{contract.LOGIN_SECRET}"
    readers = [
        text(role["RoleName"])
        for role in stacks("aliased").of_type("AWS::IAM::Role").values()
        if path in json.dumps(role)
    ]
    assert readers == ["fig-press-prod-login"]


def test_the_login_function_reads_nothing_else(stacks: Get) -> None:
    roles = stacks("aliased").of_type("AWS::IAM::Role").values()
    [role] = [each for each in roles if text(each["RoleName"]).endswith("-login")]
    [policy] = role["Policies"]
    actions = {
        action
        for statement in policy["PolicyDocument"]["Statement"]
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert actions == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:SendMessage",
        "ssm:GetParameter",
        "kms:Decrypt",
    }


def test_the_variables_of_the_function_hold_no_secret(stacks: Get) -> None:
    functions = stacks("aliased").of_type("AWS::Lambda::Function").values()
    [login] = [each for each in functions if each["FunctionName"].endswith("-login")]
    variables = login["Environment"]["Variables"]
    assert variables[contract.LOGIN_PROVIDER] == "decap"
    assert variables[contract.LOGIN_CLIENT_ID] == "Ov23liFigPress"
    assert variables[contract.LOGIN_SCOPE] == "repo"
