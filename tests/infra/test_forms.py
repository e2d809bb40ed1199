"""The forms of a site in its template: the path at the edge, and the function's variables."""

from collections.abc import Callable

from platform_core import contract
from platform_core.forms.definition import forms_from_json
from tests.infra.clients import Synthesized, text

Get = Callable[[str], Synthesized]


def test_the_site_sends_the_path_of_forms_to_their_api(stacks: Get) -> None:
    config = stacks("composed").one("AWS::CloudFront::Distribution")["DistributionConfig"]
    [behavior] = config["CacheBehaviors"]
    origins = {origin["Id"]: origin for origin in config["Origins"]}
    assert behavior["PathPattern"] == f"{contract.FORMS_PATH}*"
    assert "POST" in behavior["AllowedMethods"]
    assert behavior["ViewerProtocolPolicy"] == "https-only", "a redirect would lose the entry"
    domain = text(origins[behavior["TargetOriginId"]]["DomainName"])
    assert domain.startswith("<FormsApiHttp")
    assert ".execute-api." in domain
    assert origins["forms"]["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert config["DefaultCacheBehavior"]["AllowedMethods"] == ["GET", "HEAD"]


def test_a_site_without_forms_keeps_its_one_origin(stacks: Get) -> None:
    config = stacks("direct").one("AWS::CloudFront::Distribution")["DistributionConfig"]
    assert "CacheBehaviors" not in config
    assert len(config["Origins"]) == 1


def test_the_function_gets_the_definitions_and_the_hosts(stacks: Get) -> None:
    functions = stacks("composed").of_type("AWS::Lambda::Function").values()
    [forms] = [each for each in functions if each["FunctionName"].endswith("-forms")]
    variables = forms["Environment"]["Variables"]
    assert list(forms_from_json(variables[contract.FORMS])) == ["contact"]
    domain, own = text(variables[contract.FORMS_HOSTS]).split(",")
    assert domain == "plum-orchard.example"
    assert own.endswith(".DomainName>")
