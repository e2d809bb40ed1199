"""Malicious client files: `validate` accepts them or reports readable errors.

It never prints a traceback, its output is limited, and its work is linear in the file size.
"""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_cli.config.load import MAX_FINDINGS, load_client
from tests.assurance.hostile import nonsense
from tests.cli.conftest import ACME, Call

SMALL = """\
client_id: acme
company_name: Acme
domain: acme.example
contact_email: web@acme.example
service_integration: {ssg_engine: hugo}
"""
MANY = {
    "aliases": "labels: [" + "*a," * 50_000 + "]\n",
    "anchors": "labels: [" + "&a x," * 40_000 + "]\n",
    "tags": "labels: [" + "!x y," * 40_000 + "]\n",
    "keys": "".join(f"k{n}: 1\n" for n in range(24_000)),
    "one key": "a: 1\n" * 50_000,
    "keys that are lists": "? [a]\n: 1\n" * 20_000,
    "environments": SMALL + "environments:\n" + "".join(f"  e{n}: {{}}\n" for n in range(15_000)),
    "secrets": SMALL + "labels:\n" + "".join(f"  l{n}: AKIA{n:016d}\n" for n in range(8_000)),
    "half tokens": "a: b: " + "eyJ" * 80_000,
}
WRONG = {
    "a class": ("client_id: !!python/object/apply:os.system [id]\n", ":1:12: the tag"),
    "bytes": ("client_id: !!binary aGk=\n", ":1:12: the tag !!binary"),
    "a circle": ("client_id: acme\nlabels: &a [*a]\n", ":2:9: the anchor &a"),
    "a bomb": ("a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n", ":3:5: the alias *b"),
    "a merge": (SMALL + "labels:\n  <<: {a: b}\n", ":7:3: "),
    "a key twice": (SMALL + "domain: b.example\n", ":6:1: the key 'domain' appears twice"),
    "a tab": ("client_id: acme\n\tdomain: x\n", ":2:1: invalid YAML"),
    "a NUL": ("client_id: ac\x00me\n", ":1:14: the character U+0000"),
    "an escaped NUL": (SMALL.replace("Acme", '"A\\0b"'), ":2:15: the character U+0000"),
    "an escape code": (SMALL.replace("Acme", '"\\e[31mAcme"'), ":2:15: the character U+001B"),
    "text turned round": (SMALL.replace("Acme", '"a\\u202Eb"'), ":2:15: the character U+202E"),
    "a number of many digits": (f"schema_version: {'9' * 5000}\n{SMALL}", ":1:17: "),
    "infinity": (f"schema_version: 1e999\n{SMALL}", ":1:17: "),
    "base 60": (f"schema_version: 1:30\n{SMALL}", ":1:17: "),
    "depth": (f"{SMALL}labels: {'[' * 5000}", ":6:"),
    "brackets": ("labels: " + "{a: " * 5000, ":1:"),
    "a long word": ("k" * 200_000 + ": 1\n", ":1:"),
    "another YAML": ("%YAML 9.9\n--- a\n", ":1:1: invalid YAML"),
    "a path": (SMALL.replace("acme\n", "../acme\n", 1), ":1:12: "),
    "another id that looks alike": (SMALL.replace("acme\n", "\u0430cme\n", 1), ":1:12: "),
}


@pytest.mark.parametrize("what", MANY)
def test_number_of_findings_is_limited(what: str, workspace: Path, call: Call) -> None:
    """The output, and the work to produce it, do not grow with the file."""
    (workspace / "clients" / "acme.yaml").write_text(MANY[what])
    called = call("validate", "acme", "--json")
    assert called.code == 2
    assert 0 < len(called.json["error"]["findings"]) <= MAX_FINDINGS + 1
    assert len(called.err) < 200_000


@pytest.mark.parametrize("what", WRONG)
def test_every_error_has_a_position(what: str, workspace: Path, call: Call) -> None:
    text, told = WRONG[what]
    (workspace / "clients" / "acme.yaml").write_bytes(text.encode())
    called = call("validate", "acme")
    assert called.code == 2
    assert f"clients/acme.yaml{told}" in called.err
    assert "\x1b" not in called.err
    assert len(called.err) < 20_000


@pytest.mark.parametrize("text", [SMALL.replace("\n", "\r\n"), "\ufeff" + SMALL])
def test_crlf_and_byte_order_mark_are_accepted(text: str, workspace: Path, call: Call) -> None:
    (workspace / "clients" / "acme.yaml").write_bytes(text.encode())
    assert call("validate", "acme").code == 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("mu\u0308nchen.example", "xn--mnchen-3ya.example"),
        ("\u0430cme.example", "xn--cme-5cd.example"),
        ("ACME.example", "acme.example"),
        ("acme\uff0eexample", "acme.example"),
    ],
)
def test_domain_is_shown_in_dns_form(written: str, meant: str, tmp_path: Path) -> None:
    """A similar letter of another script is visible."""
    file = tmp_path / "acme.yaml"
    file.write_text(SMALL.replace("acme.example", written, 1))
    assert load_client(file).domain == meant


# --- whole documents -----------------------------------------------------------------------------

plain = st.sampled_from(
    ["no", "on", "~", "1e3", "0o7", "12:30", "*a", "&a", "!!set", "<<", "? ", "- ", "|", ">", "%",
     "@", "acme", "hugo", "'", '"', "{", "[", "]", "#", ": ", "2026-11-24", *nonsense.LETTERS,
     *nonsense.PLACES, *nonsense.TEMPLATES]
)  # fmt: skip
quoted = st.text(max_size=12).map(
    lambda text: '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'
)
scalars = plain | quoted | st.text(string.printable, max_size=10)
KEYS = ["client_id", "company_name", "domain", "labels", "site", "environments", "usage", "builds"]


def mapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Generate a mapping or a list in flow style, valid or almost valid."""
    pairs = st.tuples(st.sampled_from(KEYS) | scalars, inner).map(": ".join)
    listed = st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]")
    return listed | st.lists(pairs, max_size=4).map(lambda each: f"{{{', '.join(each)}}}")


values = st.recursive(scalars, mapped, max_leaves=8)
lines = st.tuples(
    st.sampled_from(["", "  ", "\t", "- "]), st.sampled_from(KEYS) | plain, values
).map(lambda each: f"{each[0]}{each[1]}: {each[2]}")
documents = st.tuples(st.sampled_from(["", SMALL, ACME]), st.lists(lines, max_size=5)).map(
    lambda each: each[0] + "\n".join(each[1])
)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=documents)
def test_any_document_is_valid_or_reports_an_error(workspace: Path, call: Call, text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    (workspace / "clients" / "acme.yaml").write_bytes(raw)
    called = call("validate", "acme")
    assert called.code in {0, 2}, called.err
    assert "clients/acme.yaml" in called.err or called.code == 0
    assert not set(called.err) & {"\x1b", "\x00", "\u202e", "\x9b"}
    assert {each.name for each in workspace.iterdir()} == {"clients"}
