"""An export: a workspace of its own, with the names of secrets and without their values."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from platform_cli import api
from platform_cli.api.clients.handover_texts import CONTENT_FILE, SECRETS_FILE, STEPS_FILE
from platform_cli.errors import Exit
from platform_cli.targets.deployments import ClientNotDeployed, Deployments
from platform_cli.targets.secrets import ParameterStore
from platform_core import contract
from platform_core.pipeline.records import ReleaseRecord
from tests.cli.conftest import Call
from tests.cli.operations.deployed_client import DeployedClient

SECRET = "a-secret-of-the-vendor"
SNAPSHOT = b'{"articles": [{"title": "Tea"}]}'


class Cloud(DeployedClient):
    """The deployed client, with the snapshot of its live release."""

    class exceptions:  # noqa: N801 - the name in boto3
        NoSuchKey = KeyError

    def __init__(self) -> None:
        super().__init__()
        self.outputs[contract.OUT_DATA_BUCKET] = "data"
        self.world.records.kept["r1"] = ReleaseRecord(id="r1", items=1)
        self.world.site.row["live"] = "r1"
        self.snapshots = {"snapshots/r1.json": SNAPSHOT}

    def get_object(self, Key: str, **_: object) -> dict[str, Any]:  # noqa: N803
        return {"Body": io.BytesIO(self.snapshots[Key])}


@pytest.fixture
def cloud(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """The client of the workspace, deployed, with one secret."""
    cloud = Cloud()
    value = f'{{"current": "{SECRET}", "previous": null}}'
    kept = {"/platform/acme/prod/sanity/read_token": (value, datetime.now(UTC))}
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: cloud.deployed())
    monkeypatch.setattr(ParameterStore, "read", lambda _, path: kept.get(path))
    site = workspace / "clients" / "acme"
    (site / "pages").mkdir()
    (site / "pages" / "index.html").write_text("<h1>Tea</h1>")
    (site / ".env").write_text(f"TOKEN={SECRET}")
    (site / ".env.example").write_text("TOKEN=")
    return cloud


def test_an_export_is_a_valid_workspace(cloud: Cloud, workspace: Path, call: Call) -> None:
    data = call("export", "acme", "handover", "--json").json["data"]
    folder = workspace / "handover"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "clients/acme.yaml", "clients/client.schema.json", "clients/acme/pages/index.html",
        "clients/acme/.env.example", SECRETS_FILE, STEPS_FILE, CONTENT_FILE,
    }  # fmt: skip
    assert (data["files"], data["items"], data["left_out"]) == (len(names), 1, [".env"])
    assert (folder / CONTENT_FILE).read_bytes() == SNAPSHOT
    assert call("validate", "acme", "--workspace", "handover").code == Exit.OK
    assert all(SECRET.encode() not in (folder / name).read_bytes() for name in names)


def test_a_zip_has_the_same_files(cloud: Cloud, workspace: Path) -> None:
    folder, archive = api.export_client("acme", "handover"), api.export_client("acme", "h.zip")
    with zipfile.ZipFile(archive.path) as file:
        assert len(file.namelist()) == folder.files
        assert file.read(STEPS_FILE) == (folder.path / STEPS_FILE).read_bytes()


def test_a_program_of_the_site_stays_one(cloud: Cloud, workspace: Path) -> None:
    program = workspace / "clients" / "acme" / "build.sh"
    program.write_text("#!/bin/sh")
    program.chmod(0o755)
    folder, archive = api.export_client("acme", "handover"), api.export_client("acme", "h.zip")
    assert (folder.path / "clients" / "acme" / "build.sh").stat().st_mode & 0o111 == 0o111
    assert not (folder.path / "clients" / "acme.yaml").stat().st_mode & 0o111
    with zipfile.ZipFile(archive.path) as file:
        modes = {entry.filename: entry.external_attr >> 16 for entry in file.infolist()}
    assert modes["clients/acme/build.sh"] & 0o111 == 0o111
    assert not modes["clients/acme.yaml"] & 0o111


def test_the_names_of_secrets_can_be_filled_and_imported(
    cloud: Cloud, workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.export_client("acme", "handover")
    names = (workspace / "handover" / SECRETS_FILE).read_text()
    assert "\nSANITY_READ_TOKEN=\n" in names
    assert "\n# SANITY_MANAGE_TOKEN=\n" in names, "an optional one is left out until it is filled"
    written: list[str] = []
    target = cloud.deployed().target
    monkeypatch.setattr(Deployments, "open_deployed_target", lambda *_, **__: target)
    monkeypatch.setattr(ParameterStore, "write", lambda _, path, __: written.append(path))
    (workspace / "filled.env").write_text(names.replace("=\n", "=0123456789abcdef\n"))
    assert call("secrets", "import", "acme", "filled.env").code == Exit.OK
    assert "/platform/acme/prod/sanity/webhook_secret" in written


def test_a_site_that_contains_a_secret_is_not_exported(
    cloud: Cloud, workspace: Path, call: Call
) -> None:
    (workspace / "clients" / "acme" / "config.js").write_text(f"const token = '{SECRET}'")
    called = call("export", "acme", "handover")
    assert called.code == Exit.FAILURE
    assert "clients/acme/config.js contains the value of read_token of sanity" in called.err
    assert SECRET not in called.err + called.out
    assert not [path for path in workspace.iterdir() if "handover" in path.name]


@pytest.mark.parametrize("name", ["handover", "handover.zip"])
def test_nothing_is_overwritten(cloud: Cloud, workspace: Path, call: Call, name: str) -> None:
    (workspace / name).write_text("mine")
    called = call("export", "acme", name)
    assert (called.code, "exists already" in called.err) == (Exit.USAGE, True)
    assert (workspace / name).read_text() == "mine"
    (workspace / "link").symlink_to("nowhere")
    assert call("export", "acme", "link").code == Exit.USAGE
    assert call("export", "acme", "missing/handover").code == Exit.USAGE


def test_a_client_that_is_not_deployed_has_no_content(
    cloud: Cloud, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ClientNotDeployed("acme is not deployed")

    monkeypatch.setattr(Deployments, "open_deployment", refuse)
    export = api.export_client("acme", "handover")
    assert export.items is None
    assert not (export.path / CONTENT_FILE).exists()
    assert "missing: the client has no live release" in (export.path / STEPS_FILE).read_text()


def test_the_steps_name_what_belongs_to_the_former_owner(cloud: Cloud, workspace: Path) -> None:
    file = workspace / "clients" / "acme.yaml"
    text = file.read_text().replace(
        "site: {source: local}",
        "notify_email: ops@agency.example\nsite: {source: git, repository: 'github:agency/acme', "
        "certificate_arn: 'arn:aws:acm:us-east-1:111122223333:certificate/a'}",
    )
    file.write_text(text)
    export = api.export_client("acme", "handover")
    steps = " ".join(export.steps)
    assert "`site.certificate_arn`, `notify_email`" in steps
    assert "`github:agency/acme`: it is not here" in steps
    assert not (export.path / "clients" / "acme").exists()
