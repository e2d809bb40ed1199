"""A bundle has the code that its function needs, and no development code."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from platform_cli.infra import bundle
from platform_cli.infra.bundle import Bundle, build_cached_bundle
from platform_cli.infra.packages import AWS_PYTHON, Runtime, this_python
from platform_cli.workspace import shipped_folder
from platform_core.providers import ENTRY_POINT_GROUP
from tests.infra.clients import Synthesized, text

FUNCTIONS = ("webhook_router", "ingest", "builder", "content_api")
NOTHING = Runtime("nothing", lambda requirements, target: None)


def names(made: Bundle) -> set[str]:
    with zipfile.ZipFile(made.path) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_bundle_contains_only_the_code_of_its_function(function: str, cache: Path) -> None:
    files = names(build_cached_bundle(function, NOTHING, cache))
    assert f"lambdas/{function}/handler.py" in files
    assert {"lambdas/runtime/env.py", "platform_core/ingress/receive.py"} <= files
    assert not [file for file in files if file.startswith("platform_cli")]
    others = set(FUNCTIONS) - {function}
    assert not [file for file in files if file.split("/")[1:2] and file.split("/")[1] in others]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_bundles_contain_no_simulations_and_no_recordings(function: str, cache: Path) -> None:
    files = names(build_cached_bundle(function, NOTHING, cache))
    assert not [file for file in files if file.endswith("simulated.py") or "/deliveries/" in file]
    assert not [file for file in files if "__pycache__" in file]


def test_the_name_of_a_bundle_depends_on_sources_and_not_on_the_target(tmp_path: Path) -> None:
    """Another interpreter and another folder lead to the same digest, so to the same template."""
    other = Runtime("other", lambda requirements, target: None)
    first = build_cached_bundle("ingest", NOTHING, tmp_path / "a")
    second = build_cached_bundle("ingest", other, tmp_path / "b")
    assert first.digest == second.digest
    assert first.path != second.path


def test_another_runtime_of_the_functions_gives_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS would otherwise keep the wheels of the former Python, whose name in S3 is the same."""
    before = build_cached_bundle("ingest", NOTHING, tmp_path).digest
    monkeypatch.setattr(bundle, "AWS_PYTHON", replace(AWS_PYTHON, name="python3.14-arm64"))
    assert build_cached_bundle("ingest", NOTHING, tmp_path).digest != before


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    first = build_cached_bundle("ingest", NOTHING, tmp_path / "a")
    second = build_cached_bundle("ingest", NOTHING, tmp_path / "b")
    assert first.path.read_bytes() == second.path.read_bytes()


def test_functions_differ_in_name(cache: Path) -> None:
    assert len({build_cached_bundle(each, NOTHING, cache).digest for each in FUNCTIONS}) == len(
        FUNCTIONS
    )


def test_a_bundle_is_built_once(tmp_path: Path) -> None:
    calls: list[Path] = []
    counting = Runtime("counting", lambda requirements, target: calls.append(target))
    assert build_cached_bundle("ingest", counting, tmp_path) == build_cached_bundle(
        "ingest", counting, tmp_path
    )
    assert len(calls) == 1


def test_only_functions_that_read_content_include_packages(tmp_path: Path) -> None:
    asked: dict[str, str] = {}
    for function in FUNCTIONS:
        note = Runtime(
            function,
            lambda requirements, target, function=function: asked.update(  # type: ignore[misc]
                {function: requirements.read_text() if requirements else ""}
            ),
        )
        build_cached_bundle(function, note, tmp_path)
    assert asked["webhook_router"] == asked["content_api"] == ""
    assert "nh3==" in asked["ingest"]
    assert "awscrt==" not in asked["ingest"]
    assert "awscrt==" in asked["builder"]


def test_every_vendored_package_is_pinned_by_hash() -> None:
    for path in (shipped_folder("lambdas") / "requirements").glob("*.txt"):
        text = path.read_text().replace("\\\n", " ")
        pinned = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert pinned
        assert all("==" in line and "--hash=sha256:" in line for line in pinned), path


CLEAN = """
import importlib, sys
bundle, boto = sys.argv[1:3]
kept = [p for p in sys.path if "site-packages" not in p and "dist-packages" not in p]
sys.path[:] = [bundle, *kept]
class OnlyBoto:
    def find_spec(self, name, path=None, target=None):
        brings = {"boto3", "botocore", "s3transfer", "urllib3", "dateutil", "six", "jmespath"}
        if name.partition(".")[0] in brings:
            from importlib.machinery import PathFinder
            return PathFinder.find_spec(name, path or [boto], target)
sys.meta_path.append(OnlyBoto())
module = importlib.import_module(sys.argv[3])
assert module.__file__.startswith(bundle), module.__file__
assert "platform_cli" not in sys.modules
print(sorted({"pydantic", "yaml", "nh3", "markdown_it"} & set(sys.modules)))
"""


@pytest.mark.parametrize("mode", ["composed", "direct"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_starts_with_its_bundle_and_environment_only(
    function: str, mode: str, cache: Path, tmp_path: Path, stacks: Callable[[str], Synthesized]
) -> None:
    """The path has no site-packages: only the Lambda runtime (boto3), the bundle and the
    environment."""
    handler = f"lambdas.{function}.handler"
    given = [
        each["Environment"]["Variables"]
        for each in stacks(mode).of_type("AWS::Lambda::Function").values()
        if each["Handler"] == f"{handler}.handler"
    ]
    if not given:
        assert mode == "direct"
        return
    environment = {key: text(value) for key, value in given[0].items()}
    environment |= {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    with zipfile.ZipFile(build_cached_bundle(function, this_python(), cache).path) as archive:
        archive.extractall(tmp_path)
    boto = Path(boto3.__file__).parents[1]
    process = subprocess.run(
        [sys.executable, "-I", "-c", CLEAN, str(tmp_path), str(boto), handler],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    if function == "webhook_router":
        assert process.stdout.strip() == "[]", "the way to an acknowledgement stays light"


def test_a_plugin_package_is_bundled_with_its_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    (site / "acme_provider").mkdir(parents=True)
    (site / "acme_provider" / "manifest.py").write_text("PROVIDER = None\n")
    (site / "acme_provider" / "simulated.py").write_text("")
    info = site / "acme_provider-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-provider\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\nacme = acme_provider\n")
    files = ["acme_provider/manifest.py", "acme_provider/simulated.py"]
    files += [f"{info.name}/{each}" for each in ("METADATA", "entry_points.txt", "RECORD")]
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))

    without = build_cached_bundle("ingest", NOTHING, tmp_path / "cache")
    monkeypatch.syspath_prepend(str(site))
    path = build_cached_bundle("ingest", NOTHING, tmp_path / "cache")

    assert path.digest != without.digest
    assert "acme_provider/manifest.py" in names(path)
    assert f"{info.name}/entry_points.txt" in names(path)
    assert "acme_provider/simulated.py" not in names(path)
