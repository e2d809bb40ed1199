"""A request that creates a stack, as a web page can send it."""

import json
from urllib.parse import urlencode

from tests import outside


def stack_template() -> str:
    """Return a template that runs a function as soon as its stack is created."""
    code = "def handler(event, context):\n    return {}\n"
    function = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": "arn:aws:iam::000000000000:role/x",
        "Code": {"ZipFile": code},
    }
    call = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}
    return json.dumps(
        {
            "Resources": {
                "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
                "Call": {"Type": "Custom::Call", "Properties": call},
            }
        }
    )


def create_stack_query(name: str) -> str:
    """Return the path and query that create a stack."""
    members = {"Action": "CreateStack", "Version": "2010-05-15", "StackName": name}
    return "/?" + urlencode({**members, "TemplateBody": stack_template()})


def stacks(cloud: outside.Cloud) -> set[str]:
    """Return the names of all stacks."""
    descriptions = cloud.client("cloudformation").describe_stacks()["Stacks"]
    return {stack["StackName"] for stack in descriptions}
