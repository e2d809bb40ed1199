"""A deploy after an edit of the site alone reuses the synthesized stack, and any other does not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployments
from platform_cli.targets.target import Target, local_target
from tests.local.ground import run_command, wait_for

pytestmark = [pytest.mark.local, pytest.mark.slow]
CLIENT = "acme"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("redeploy")
    run_command(root, "init", str(root))
    run_command(root, "new-client", CLIENT, "--cms", "sanity", "--engine", "hugo", "--no-input")
    run_command(root, "deploy", CLIENT, "--local", "--yes")
    yield root
    run_command(root, "local", "reset", "--yes")


@pytest.fixture
def target(root: Path) -> Target:
    return local_target(Deployments(root / ".platform").cloud.ensure_running(), CLIENT)


def deploy(root: Path) -> tuple[bool, bool]:
    """Deploy. Returns whether the deploy has synthesized, and whether it has built the site."""
    manifest = root / ".platform" / "cdk.out" / f"{CLIENT}-prod-local" / "manifest.json"
    before = manifest.stat().st_mtime_ns
    result = run_command(root, "deploy", CLIENT, "--local", "--yes")["data"]
    return manifest.stat().st_mtime_ns != before, result["build_id"] is not None


def append(file: Path, line: str) -> None:
    file.write_text(file.read_text() + line)


def test_an_edit_of_the_site_builds_and_does_not_synthesize(root: Path) -> None:
    append(root / "clients" / CLIENT / "layouts" / "baseof.html", "<!-- edited -->\n")
    assert deploy(root) == (False, True)


def test_an_edit_of_the_client_s_file_synthesizes_once(root: Path) -> None:
    append(root / "clients" / f"{CLIENT}.yaml", "# edited\n")
    assert deploy(root) == (True, False)
    assert deploy(root) == (False, False)


def test_a_stack_that_somebody_changed_synthesizes(root: Path, target: Target) -> None:
    name = json.loads((root / f".platform/deployments/{CLIENT}-prod.json").read_text())["stack"]
    template = dict(stacks.read_template(target, name) or {})
    cloud = target.client("cloudformation")
    cloud.update_stack(
        StackName=name,
        TemplateBody=json.dumps(template | {"Description": "changed by hand"}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    wait_for(lambda: (stack := stacks.read_stack(target, name)) and "COMPLETE" in stack.status)
    assert deploy(root)[0]
