"""The entries of forms: `forms`, `forget --email`, `status`, and the senders of their mails."""

import csv
import io
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from platform_cli.api.operations.checks import CheckState
from platform_cli.api.operations.sender_checks import check_senders
from platform_cli.errors import Exit
from platform_cli.operations.forms.senders import SenderState, check_sender, register_senders
from platform_cli.targets.deployments import Deployments
from platform_core import contract
from platform_core.forms.entries import DAY, FormEntry
from tests.cli.conftest import Call
from tests.cli.operations.deployed_client import DeployedClient
from tests.fakes.forms import CONTACT


def entry(name: str, email: str, days_ago: float = 0) -> FormEntry:
    values = (("name", name), ("email", email), ("message", "Hello\n\x1b[31mthere"))
    return FormEntry.create(CONTACT, values, time.time() - days_ago * DAY)


@pytest.fixture
def client(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> DeployedClient:
    """The client of the workspace with three entries, one of them expired."""
    client = DeployedClient()
    client.add_entry(entry("Ann", "ann@example.org", 2).with_mail_sent())
    client.add_entry(replace(entry("=Bea", "bea@example.org", 1), reason="MessageRejected"))
    client.add_entry(entry("Cy", "ANN@example.org", 91))
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: client.deployed())
    return client


def names(output: Any) -> list[str]:
    return [entry["values"]["name"] for entry in output["entries"]]


def test_entries_are_listed_newest_first_until_their_term(
    client: DeployedClient, call: Call
) -> None:
    called = call("forms", "list", "acme", "--json")
    assert names(called.json["data"]) == ["=Bea", "Ann"]
    assert [row["mail"] for row in called.json["data"]["entries"]] == ["failed", "sent"]
    assert names(call("forms", "list", "acme", "other", "--json").json["data"]) == []
    text = call("forms", "list", "acme")
    assert "MessageRejected" in text.err
    assert "\x1b" not in text.out


def test_one_entry_is_shown_by_the_beginning_of_its_id(client: DeployedClient, call: Call) -> None:
    listed = call("forms", "list", "acme", "--json").json["data"]["entries"]
    called = call("forms", "show", "acme", listed[0]["id"][:14])
    assert (called.code, "bea@example.org" in called.out) == (Exit.OK, True)
    assert "\x1b" not in called.out
    assert call("forms", "show", "acme", "2").code == Exit.USAGE
    assert call("forms", "show", "acme", "none").code == Exit.USAGE


def test_an_export_is_a_table_that_runs_nothing(client: DeployedClient, call: Call) -> None:
    rows = list(csv.reader(io.StringIO(call("forms", "export", "acme").out)))
    assert rows[0] == ["form", "id", "received_at", "mail", "name", "email", "message"]
    assert [row[4] for row in rows[1:]] == ["'=Bea", "Ann"]


def test_a_client_without_forms_has_no_entries(
    workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = DeployedClient()
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: client.deployed())
    called = call("forms", "list", "acme")
    assert (called.code, "has no forms" in called.err) == (Exit.USAGE, True)


def test_forget_erases_the_entries_of_an_address(client: DeployedClient, call: Call) -> None:
    """Also one whose term is over: the table deletes it some days later."""
    called = call("forget", "acme", "--email", "ann@EXAMPLE.org", "--yes", "--json")
    assert len(called.json["data"]["entries"]) == 2
    [left] = client.entries.values()
    assert dict(left.values)["name"] == "=Bea"


def test_entries_outlive_the_forms_of_a_client(client: DeployedClient, call: Call) -> None:
    """The table is retained, so a deploy without forms must not hide personal data."""
    del client.outputs[contract.OUT_FORMS_TABLE]
    assert names(call("forms", "list", "acme", "--json").json["data"]) == ["=Bea", "Ann"]
    call("forget", "acme", "--email", "bea@example.org", "--yes")
    assert names(call("forms", "list", "acme", "--json").json["data"]) == ["Ann"]


def test_forget_of_an_order_leaves_entries(client: DeployedClient, call: Call) -> None:
    called = call("forget", "acme", "--order", "1", "--yes", "--json")
    assert called.json["data"]["entries"] == []
    assert len(client.entries) == 3


def test_forget_needs_no_inbox(client: DeployedClient, call: Call) -> None:
    client.outputs = {key: value for key, value in client.outputs.items() if "Inbox" not in key}
    called = call("forget", "acme", "--email", "bea@example.org", "--yes", "--json")
    assert len(called.json["data"]["entries"]) == 1


# --- senders -------------------------------------------------------------------------------------


class NotFound(Exception):
    """SES knows no such identity."""


class Ses:
    """SES in memory: identities and whether they are verified."""

    def __init__(self, **identities: bool) -> None:
        self.identities = {name.replace("_at_", "@"): state for name, state in identities.items()}
        self.exceptions = self
        self.NotFoundException = NotFound

    def client(self, service: str) -> "Ses":
        assert service == "sesv2"
        return self

    def get_account(self) -> dict[str, bool]:
        return {"ProductionAccessEnabled": False}

    def get_email_identity(self, EmailIdentity: str) -> dict[str, bool]:  # noqa: N803
        if EmailIdentity not in self.identities:
            raise NotFound
        return {"VerifiedForSendingStatus": self.identities[EmailIdentity]}

    def create_email_identity(self, EmailIdentity: str) -> None:  # noqa: N803
        assert EmailIdentity not in self.identities
        self.identities[EmailIdentity] = False


def test_a_sender_is_verified_itself_or_by_its_domain() -> None:
    ses: Any = Ses(hello_at_acme=False, acme=True, info_at_plum=False)
    assert check_sender(ses, "hello@acme") is SenderState.VERIFIED
    assert check_sender(ses, "info@plum") is SenderState.PENDING
    assert check_sender(ses, "info@fig") is SenderState.UNKNOWN


def test_a_deploy_registers_unknown_senders_once() -> None:
    ses: Any = Ses(acme=True)
    for _ in range(2):
        assert register_senders(ses, ["a@acme", "b@plum", "b@plum"]) == ["b@plum"]
    assert ses.identities == {"acme": True, "b@plum": False}


def test_the_doctor_looks_up_the_senders_of_clients_on_aws(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_senders(workspace).found == "no forms on AWS"
    file = workspace / "clients" / "acme.yaml"
    form = "{contact: {fields: [name], notify: hello@acme.example}}"
    file.write_text(file.read_text().replace("{source: local}", f"{{forms: {form}}}"))
    record = {"target": "aws", "region": "eu-west-1", "account": "1", "stack": "Acme-Prod"}
    folder = workspace / ".platform" / "deployments"
    folder.mkdir(parents=True)
    (folder / "acme-prod.json").write_text(json.dumps(record))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "no secret")
    ses: Any = Ses()
    monkeypatch.setattr(Deployments, "open_deployed_target", lambda *_, **__: ses)
    check = check_senders(workspace)
    assert check.verdict is CheckState.NOT_OK
    assert check.found == "not verified at SES: hello@acme.example"
    ses.identities["acme.example"] = True
    assert check_senders(workspace).verdict is CheckState.OK
