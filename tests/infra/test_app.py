"""The child process that synthesizes: what it is told, what it leaves, how it fails."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

YAML = """
schema_version: 1
client_id: plum-orchard
company_name: Plum Orchard Ltd
domain: plum-orchard.example
contact_email: web@plum-orchard.example
service_integration:
  ssg_engine: {engine}
  cms_config: {{provider: decap, settings: {{repository: "github:plum-orchard/site"}}}}
environments:
  dev: {{domain: dev.plum-orchard.example}}
"""


def run(tmp_path: Path, engine: str = "hugo", **asked: Any) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "plum-orchard.yaml"
    file.write_text(YAML.format(engine=engine))
    told = {
        "client": str(file),
        "environment": None,
        "stack": "PlumOrchard-Prod-DecapCmsTier",
        "offers": {"provider_api_url": None, "powertools_layer": True},
        "out": str(tmp_path / "cdk.out"),
        "bundles": None,
        "validate": False,
    }
    return subprocess.run(
        [sys.executable, "-m", "platform_cli.infra.app"],
        input=json.dumps(told | asked),
        env=os.environ | {"PATH": os.devnull},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )


def test_it_leaves_one_assembly_and_says_nothing(tmp_path: Path) -> None:
    """No Node on the path: the packaged one does."""
    done = run(tmp_path, environment="dev", stack="PlumOrchard-Dev-DecapCmsTier")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    template = tmp_path / "cdk.out" / "PlumOrchard-Dev-DecapCmsTier.template.json"
    assert "dev.plum-orchard.example" in template.read_text()


def test_what_is_wrong_with_a_client_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, engine="hugoo")
    assert done.returncode == 1
    assert "hugoo" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "cdk.out").exists()


def test_a_template_that_is_only_looked_at_is_the_one_that_is_deployed(
    tmp_path: Path, cache: Path
) -> None:
    """Without packing anything: the names of the bundles come from the sources."""
    here = {"provider_api_url": "http://127.0.0.1:9", "powertools_layer": False}
    looked = run(tmp_path, offers=here, out=str(tmp_path / "looked"))
    packed = run(tmp_path, offers=here, out=str(tmp_path / "packed"), bundles=str(cache))
    assert looked.returncode == packed.returncode == 0, looked.stderr + packed.stderr
    name = "PlumOrchard-Prod-DecapCmsTier.template.json"
    assert (tmp_path / "looked" / name).read_text() == (tmp_path / "packed" / name).read_text()
    size = [
        sum(path.stat().st_size for path in (tmp_path / out).glob("asset.*"))
        for out in ("looked", "packed")
    ]
    assert size[0] < 1000 < size[1]
