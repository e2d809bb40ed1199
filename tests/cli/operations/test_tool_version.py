"""The upgrade notice: by the version that deployed a client, and by an index only where allowed."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from platform_cli.api.deployments import plans
from platform_cli.local.addresses import SiteAddresses, installed_version
from platform_cli.site_source import build_inputs
from platform_cli.site_source.archive import SourceArchive
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.stack import Stack
from platform_cli.targets.tool_version import (
    DEPLOYED_BY,
    INDEX_VARIABLE,
    is_newer,
    read_deployed_version,
)
from platform_core import contract
from tests.cli.conftest import Call
from tests.cli.test_api_use_cases import RecordedProgress


class Bucket:
    """The data bucket of a client on AWS."""

    name = "aws"
    is_local = False

    class exceptions:  # noqa: N801 - the name in boto3
        NoSuchKey = KeyError

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}

    def client(self, _: str) -> "Bucket":
        return self

    def get_object(self, Key: str, **_: object) -> dict[str, Any]:  # noqa: N803
        body, metadata = self.objects[Key]
        return {"Body": io.BytesIO(body), "Metadata": metadata}

    def put_object(self, Key: str, Body: bytes, **options: Any) -> None:  # noqa: N803
        self.objects[Key] = (Body, options.get("Metadata", {}))

    def list_objects_v2(self, Prefix: str, **_: object) -> dict[str, int]:  # noqa: N803
        return {"KeyCount": int(Prefix in self.objects)}

    def upload(self, facts: dict[str, str]) -> bool:
        stack = Stack("Acme-Prod", "CREATE_COMPLETE", {contract.OUT_DATA_BUCKET: "data"})
        names: Any = SimpleNamespace(client_id="acme")
        target: Any = self
        given: Any = SimpleNamespace(as_dict=lambda: facts)
        deployed = Deployment(names, target, stack, SiteAddresses("", "", ""))
        return build_inputs.upload_inputs(deployed, SourceArchive("5" * 64, b"zip"), given)


def test_a_deploy_notes_its_version_and_another_one_of_it_changes_nothing() -> None:
    bucket: Any = Bucket()
    assert bucket.upload({"name": "Acme"})
    assert read_deployed_version(bucket, "data") == installed_version()
    assert not bucket.upload({"name": "Acme"})
    assert bucket.upload({"name": "Acme and Sons"})


def test_another_version_notes_itself_without_a_new_build() -> None:
    bucket: Any = Bucket()
    bucket.upload({"name": "Acme"})
    body, _ = bucket.objects[contract.SITE_FACTS]
    for metadata in ({}, {DEPLOYED_BY: "0.0.1"}):
        bucket.objects[contract.SITE_FACTS] = (body, metadata)
        assert not bucket.upload({"name": "Acme"})
        assert read_deployed_version(bucket, "data") == installed_version()


@pytest.mark.parametrize(
    ("metadata", "is_warned"),
    [({DEPLOYED_BY: "999.0"}, True), ({DEPLOYED_BY: "0.0.1"}, False), ({}, False), (None, False)],
)
def test_an_older_tool_is_warned_before_a_deploy(
    metadata: dict[str, str] | None, is_warned: bool
) -> None:
    bucket: Any = Bucket()
    if metadata is not None:
        bucket.objects[contract.SITE_FACTS] = (b"{}", metadata)
    stack = Stack("Acme-Prod", "CREATE_COMPLETE", {contract.OUT_DATA_BUCKET: "data"})
    progress = RecordedProgress()
    plans.warn_about_newer_tool(bucket, stack, "acme", progress)
    assert bool(progress.reports) is is_warned
    assert all("was deployed by platform 999.0" in report for report in progress.reports)


@pytest.mark.parametrize(
    ("candidate", "than", "expected"),
    [("0.2.0", "0.1.9", True), ("0.10", "0.9", True), ("0.1", "0.1.0", False),
     ("1.0rc1", "0.1.0", False), ("", "0.1", False), ("\u0661.0", "0.1", False)],
)  # fmt: skip
def test_versions_are_compared_by_their_numbers(candidate: str, than: str, expected: bool) -> None:
    assert is_newer(candidate, than) is expected


# --- the package index ---------------------------------------------------------------------------


@pytest.fixture
def index() -> Iterator[SimpleNamespace]:
    """A package index on loopback: its answer, its address and the number of requests."""
    state = SimpleNamespace(answer=b"", requests=0, url="")

    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests += 1
            self.send_response(200)
            self.send_header("content-length", str(len(state.answer)))
            self.end_headers()
            self.wfile.write(state.answer)

        def log_message(self, *_: object) -> None:
            """Suppress the server's log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/json"
    yield state
    server.shutdown()
    server.server_close()


def check_version(call: Call) -> dict[str, str]:
    checks = call("doctor", "--json").json["data"]["checks"]
    return next(check for check in checks if check["name"] == "platform")


def test_the_index_is_asked_only_where_a_person_names_it(
    workspace: Path, call: Call, index: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(INDEX_VARIABLE, raising=False)
    index.answer = json.dumps({"info": {"version": "999.0"}}).encode()
    assert check_version(call)["found"] == installed_version()
    assert index.requests == 0
    monkeypatch.setenv(INDEX_VARIABLE, index.url)
    check = check_version(call)
    assert check["found"].endswith("999.0 is out")
    assert check["advice"].startswith("pip install --upgrade")
    assert index.requests == 1


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"info": null}'])
def test_an_index_without_a_version_is_no_failure(
    workspace: Path,
    call: Call,
    index: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    answer: bytes,
) -> None:
    index.answer = answer
    monkeypatch.setenv(INDEX_VARIABLE, index.url)
    check = check_version(call)
    assert check["verdict"] == "could not check"
    assert INDEX_VARIABLE in check["advice"]
