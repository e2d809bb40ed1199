"""The command line as a person runs it, in a workspace of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from platform_cli.cli import run

ACME = """\
# yaml-language-server: $schema=client.schema.json
schema_version: 1
client_id: acme
company_name: Acme Ltd
domain: acme.example
contact_email: web@acme.example
environment: prod
service_tier: tier1
management_model: self_managed
labels: {team: north}
service_integration:
  integration_mode: event_driven
  ssg_engine: eleventy
  cms_config:
    provider: sanity
    settings: {project_id: abc123, dataset: production}
  ecommerce_config:
    provider: shopify
    settings: {store_domain: acme.myshopify.com}
site: {source: local}
environments:
  staging: {domain: staging.acme.example}
"""


@dataclass(frozen=True)
class Called:
    """The result of one call."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Called]


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLATFORM_WORKSPACE", "NO_COLOR", "CI", "TERM", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one valid client, which is also the current folder."""
    (tmp_path / "clients" / "acme").mkdir(parents=True)
    (tmp_path / "clients" / "acme.yaml").write_text(ACME)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: str) -> Called:
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return Called(int(code), captured.out, captured.err)

    return call
