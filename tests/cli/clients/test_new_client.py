"""Creating a workspace and a client, by options, in the terminal interview, and interrupted."""

import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from platform_cli.commands import new_client
from platform_cli.config.load import load_client
from platform_cli.config.model import providers_of_kind
from platform_core import providers
from tests.cli.conftest import Call

COMPOSED = ("--template", "tier1-composed", "--cms", "sanity", "--commerce", "shopify")


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> Path:
    """An empty workspace, and the current folder."""
    monkeypatch.chdir(tmp_path)
    assert call("init", "shops").code == 0
    monkeypatch.chdir(tmp_path / "shops")
    return tmp_path / "shops"


def listing(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_init_creates_a_workspace_and_a_second_run_changes_nothing(fresh: Path, call: Call) -> None:
    before = listing(fresh)
    assert set(before) == {".gitignore", "clients/client.schema.json"}
    (fresh / ".gitignore").write_text("mine\n")
    called = call("init", "--json")
    assert called.json["data"] == {"workspace": str(fresh), "created": []}
    assert listing(fresh) == {**before, ".gitignore": b"mine\n"}


def test_options_alone_make_a_client(fresh: Path, call: Call) -> None:
    called = call("new-client", "acme", *COMPOSED, "--json")
    assert called.code == 0
    data = called.json["data"]
    assert data["stack_type"] == "sanity_shopify_basic_composed_stack"
    assert data["engine"] == "astro"
    assert data["examples"] == ["sanity.project_id", "shopify_basic.store_domain"]
    config = load_client(Path(data["file"]))
    assert config.service_integration.integration_mode == "event_driven"
    assert any(Path(data["source"]).iterdir())
    first = Path(data["file"]).read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=client.schema.json"


EXAMPLES = [
    example
    for example in re.findall(
        r"^ *platform (new-client .*)$", new_client.__doc__ or "", re.MULTILINE
    )
    if "--from" not in example
]
"""The examples that read no repository; test_new_client_from.py has the others."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_its_help_makes_a_valid_client(
    example: str, fresh: Path, call: Call
) -> None:
    called = call(*shlex.split(example))
    assert called.code == 0, called.err
    assert call("validate", "acme").code == 0


def test_a_new_client_is_valid_at_once(fresh: Path, call: Call) -> None:
    assert call("new-client", "acme", *COMPOSED).code == 0
    assert call("validate", "acme").code == 0
    assert call("show", "acme").code == 0


def test_options_are_written_to_the_file(fresh: Path, call: Call) -> None:
    arguments = [
        "new-client", "acme", "--template", "tier2-business", *COMPOSED[2:],
        "--domain", "Shop.Example", "--company", "No: 1 #best", "--email", "a@shop.example",
        "--setting", "project_id=p123", "--setting", "shopify.store_domain=x.myshopify.com",
        "--setting", "sanity.currency=EUR",
    ]  # fmt: skip
    assert call(*arguments).code == 0
    config = load_client(fresh / "clients" / "acme.yaml")
    assert config.company_name == "No: 1 #best"
    assert (config.domain, config.contact_email) == ("shop.example", "a@shop.example")
    assert (config.service_tier, config.management_model) == ("tier2", None)
    cms, shop = (
        config.service_integration.cms_config,
        config.service_integration.ecommerce_config,
    )
    assert cms
    assert shop
    assert cms.settings == {"project_id": "p123", "currency": "EUR"}
    assert shop.settings == {"store_domain": "x.myshopify.com"}


@pytest.mark.parametrize(
    "company", ["yes", "365", "~", '"quoted"', "a: b", "- x", "Ünï", "x" * 100]
)
def test_any_company_name_is_preserved(company: str, fresh: Path, call: Call) -> None:
    assert call("new-client", "acme", "--company", company).code == 0
    assert load_client(fresh / "clients" / "acme.yaml").company_name == company


def test_the_best_rated_engine_is_the_default(fresh: Path, call: Call) -> None:
    called = call("new-client", "acme", "--commerce", "shopify", "--json")
    assert called.json["data"]["engine"] == "astro"
    assert (
        load_client(fresh / "clients" / "acme.yaml").service_integration.integration_mode
        == "direct"
    )


def test_nothing_is_overwritten(fresh: Path, call: Call) -> None:
    assert call("new-client", "acme").code == 0
    before = listing(fresh)
    called = call("new-client", "acme", "--engine", "hugo")
    assert called.code == 2
    assert "already" in called.err
    assert listing(fresh) == before


def test_an_existing_site_is_not_overwritten(fresh: Path, call: Call) -> None:
    (fresh / "clients" / "acme").mkdir()
    (fresh / "clients" / "acme" / "index.html").write_text("mine")
    assert call("new-client", "acme").code == 0
    assert listing(fresh / "clients" / "acme") == {"index.html": b"mine"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["acme", "--domain", "x"],
        ["acme", "--cms", "nobody"],
        ["acme", "--cms", "sanity", "--setting", "project_id=Not An Id"],
        ["acme", *COMPOSED, "--mode", "direct"],
        ["acme", "--company", ""],
        ["../acme"],
    ],
    ids=" ".join,
)
def test_a_refusal_leaves_no_files(arguments: list[str], fresh: Path, call: Call) -> None:
    before = listing(fresh)
    assert call("new-client", *arguments).code == 2
    assert listing(fresh) == before


def test_an_interruption_leaves_nothing_and_a_second_run_finishes(
    fresh: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = listing(fresh)
    copy = shutil.copyfile
    copied = []

    def interrupted(source: Path, target: Path) -> None:
        copy(source, target)
        copied.append(target)
        if len(copied) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", interrupted)
        assert call("new-client", "acme").code == 130
    assert listing(fresh) == before
    (fresh / "clients" / ".acme.draft").mkdir()
    (fresh / "clients" / ".acme.draft" / "left-by-kill-9").write_text("")
    assert call("new-client", "acme").code == 0
    assert "left-by-kill-9" not in " ".join(listing(fresh))


def _hears_ctrl_c() -> None:
    """A shell lets background processes ignore SIGINT, and their children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Person:
    """A real terminal: reads the screen, types, and ends after half a minute."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.seen = ""
        self.deadline = time.monotonic() + 30
        self.terminal, theirs = pty.openpty()
        surroundings = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        self.command = subprocess.Popen(
            [sys.executable, "-m", "platform_cli", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs,
            cwd=folder, env=surroundings, start_new_session=True, preexec_fn=_hears_ctrl_c,
        )  # fmt: skip
        os.close(theirs)

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.command.kill()
        self.command.wait()
        os.close(self.terminal)

    def reads(self) -> bool:
        """Return False once the other end is closed, which Linux reports as an error."""
        left = max(0, self.deadline - time.monotonic())
        ready, _, _ = select.select([self.terminal], [], [], left)
        assert ready, f"nothing more came after: {self.seen}"
        try:
            more = os.read(self.terminal, 4096)
        except OSError:
            return False
        self.seen += more.decode(errors="replace")
        return bool(more)

    def waits_for(self, text: str) -> None:
        while text not in self.seen:
            assert self.reads(), f"{text!r} never came: {self.seen}"
        self.seen = self.seen.split(text, 1)[1]

    def types(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def leaves(self) -> int:
        while self.reads():
            pass
        return self.command.wait(timeout=30)


def choosing(provider: str) -> str:
    """Return the arrow keys that lead from the first choice to this one."""
    return (
        "\x1b[B" * providers_of_kind(providers.load_manifest(provider).kind).index(provider) + "\r"
    )


ANSWERS = {
    "ID of the client": "Acme\r",
    "is not a valid client id": "\x7f\x7f\x7f\x7facme\r",
    "Which kind of site is it?": "\x1b[B\r",
    "Which CMS will hold the articles and pages?": choosing("sanity"),
    "Which shop will sell the products?": choosing("shopify_basic"),
    "Company name": "\r",
    "Domain": "\r",
    "Contact e-mail address": "\r",
    "project_id": "\r",
    "store_domain": "\r",
}
"""Every question in order with its input; `[B` is the down arrow."""


def test_the_interview_asks_only_for_missing_values(fresh: Path) -> None:
    with Person(fresh, "new-client", "--engine", "eleventy") as person:
        for question, answer in ANSWERS.items():
            person.waits_for(question)
            person.types(answer)
        person.waits_for("Created client acme")
        assert person.leaves() == 0
    config = load_client(fresh / "clients" / "acme.yaml")
    assert config.stack_type == "sanity_shopify_basic_composed_stack"
    assert config.company_name == "Acme"


def test_a_reserved_id_is_refused_at_its_question(fresh: Path) -> None:
    with Person(fresh, "new-client") as person:
        person.waits_for("ID of the client")
        person.types("acme-prod\r")
        person.waits_for("ends in the name of an environment")
        person.types("\x03")
        person.waits_for("interrupted")
        assert person.leaves() == 130


@pytest.mark.parametrize("how", ["key", "signal"])
def test_ctrl_c_in_the_interview_leaves_no_files(how: str, fresh: Path) -> None:
    before = listing(fresh)
    with Person(fresh, "new-client", "acme") as person:
        person.waits_for("Which kind of site is it?")
        person.waits_for("built with Nuxt")  # the last choice: from here on somebody listens
        if how == "key":
            person.types("\x03")
        else:
            person.command.send_signal(signal.SIGINT)
        person.waits_for("interrupted")
        assert person.leaves() == 130
    assert listing(fresh) == before
