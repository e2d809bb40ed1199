"""The child process that synthesizes: its request, its output, its failures."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from platform_cli.blueprint import codec
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Offers
from platform_cli.deploy import assembly
from platform_cli.screen import Flags
from platform_cli.session import Session
from tests.infra.clients import ACCOUNT, direct

YAML = """
schema_version: 1
client_id: plum-orchard
company_name: Plum Orchard Ltd
domain: plum-orchard.example
contact_email: web@plum-orchard.example
service_integration:
  ssg_engine: hugo
  cms_config: {provider: decap, settings: {repository: "github:plum-orchard/site"}}
"""
STACK = "BirchBakery-Dev-DecapCmsTier"


def run(
    tmp_path: Path, *, offers: Offers | None = None, **changes: Any
) -> subprocess.CompletedProcess[str]:
    blueprint = compose(direct(), offers=offers) if offers else compose(direct())
    request = {
        "blueprint": json.loads(codec.to_json(blueprint)),
        "out": str(tmp_path / "cdk.out"),
        "bundles": None,
        "validate": False,
    }
    return subprocess.run(
        [sys.executable, "-m", "platform_cli.infra.app"],
        input=json.dumps(request | changes),
        env=os.environ | {"PATH": os.devnull},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )


def test_synthesis_writes_one_assembly_and_prints_nothing(tmp_path: Path) -> None:
    """Node is not on the path: the packaged one is used."""
    process = run(tmp_path)
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")
    template = tmp_path / "cdk.out" / f"{STACK}.template.json"
    assert "birch-bakery.example" in template.read_text()


def test_a_malformed_blueprint_is_refused_in_one_line(tmp_path: Path) -> None:
    process = run(
        tmp_path, blueprint=json.loads(codec.to_json(compose(direct()))) | {"colour": "red"}
    )
    assert (process.returncode, process.stderr) == (1, "malformed blueprint: colour: unknown key\n")
    assert not (tmp_path / "cdk.out").exists()


def test_the_planned_template_is_the_deployed_template(tmp_path: Path, cache: Path) -> None:
    """Nothing is packed: the names of the bundles come from the sources."""
    here = Offers(provider_api_url="http://127.0.0.1:9", powertools_layer=False)
    looked = run(tmp_path, offers=here, out=str(tmp_path / "looked"))
    packed = run(tmp_path, offers=here, out=str(tmp_path / "packed"), bundles=str(cache))
    assert looked.returncode == packed.returncode == 0, looked.stderr + packed.stderr
    name = f"{STACK}.template.json"
    assert (tmp_path / "looked" / name).read_text() == (tmp_path / "packed" / name).read_text()
    size = [
        sum(path.stat().st_size for path in (tmp_path / out).glob("asset.*"))
        for out in ("looked", "packed")
    ]
    assert size[0] < 1000 < size[1]


@pytest.mark.parametrize(
    "later", [YAML.replace("orchard.example", "grove.example"), "not a client"]
)
def test_a_file_that_changes_after_the_plan_does_not_change_the_deploy(
    later: str, tmp_path: Path
) -> None:
    file = tmp_path / "clients" / "plum-orchard.yaml"
    (tmp_path / "clients" / "plum-orchard").mkdir(parents=True)
    file.write_text(YAML)
    session = Session(Flags(workspace=str(tmp_path)))
    planned = compose(session.load_client_config("plum-orchard")).for_target(
        Offers(provider_api_url="http://127.0.0.1:9", powertools_layer=False), ACCOUNT
    )

    file.write_text(later)
    result = assembly.synthesize(planned, state=tmp_path / "state", target="local", validate=False)

    [distribution] = [
        resource["Properties"]["DistributionConfig"]
        for resource in result.template["Resources"].values()
        if resource["Type"] == "AWS::CloudFront::Distribution"
    ]
    assert distribution["Comment"] == "plum-orchard-prod: plum-orchard.example"
    assert result.stack == planned.names.deployment_name
