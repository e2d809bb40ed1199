"""Forms that Netlify receives become forms of the client's file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.adopt.forms import choose_forms, find_forms
from platform_cli.config.sections.forms import FormConfig
from platform_core.hosting.netlify_forms import find_netlify_forms
from tests.cli.conftest import Call

PLAIN = """<form name="contact" method="POST" data-netlify="true" netlify-honeypot="company"
  action="/thank-you/">
  <input type="hidden" name="form-name" value="contact"><input name="company">
  <label>Your name <input type="text" name="name" required></label>
  <input type="email" name="email" required> <input type="tel" name="phone">
  <select name="topic"><option>Tea</option></select> <textarea name="message"></textarea>
  <input type="checkbox" name="news"><button type="submit" name="go">Send</button>
</form>"""
COMPONENT = """export const Form = () => <form name={"rsvp"} data-netlify="true"
  onSubmit={(event) => send(event)}><input name='guests' type="number" required /></form>"""


def forms_of(**sources: str) -> dict[str, Any]:
    named = {path.replace("__", "."): text for path, text in sources.items()}
    return choose_forms(find_forms(named).forms, "hello@acme.example")


def test_a_form_is_described_by_its_fields() -> None:
    assert forms_of(contact__html=PLAIN) == {
        "contact": {
            "fields": [
                {"name": "name", "required": True},
                {"name": "email", "required": True},
                {"name": "phone", "type": "tel"},
                "topic",
                "message",
                {"name": "news", "type": "checkbox"},
            ],
            "notify": "hello@acme.example",
            "thanks": "/thank-you/",
            "honeypot": "company",
        }
    }


def test_every_description_is_valid() -> None:
    for form in forms_of(contact__html=PLAIN, rsvp__jsx=COMPONENT).values():
        FormConfig.model_validate(form)


def test_a_component_needs_the_address_itself() -> None:
    found = find_forms({"form.jsx": COMPONENT})
    assert [field.name for field in found.forms["rsvp"].fields] == ["guests"]
    [obstacle] = found.obstacles
    assert 'action="/_forms/rsvp"' in obstacle.hint
    assert obstacle.where == "form.jsx:1"


def test_fields_of_the_same_form_are_put_together() -> None:
    """A site of components often has a second, hidden form for Netlify's own search."""
    found = forms_of(
        a__html='<form netlify name="contact" hidden><input name="name"></form>',
        b__html='<form netlify name="Contact"><input name="name"><input name="more"></form>',
    )
    assert found["contact"]["fields"] == ["name", "more"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("<form netlify><input name=a></form>", "give it a name"),
        ('<form netlify name="{{ title }}"><input name=a></form>', "give it a name"),
        ("<form netlify name=x></form><input name=outside>", "site.forms.x"),
        ("<form netlify name=x><input type=file name=cv><input name=a></form>", "by mail"),
    ],
)
def test_a_form_that_needs_a_person_is_named(text: str, hint: str) -> None:
    [obstacle] = find_forms({"index.html": text}).obstacles
    assert hint in obstacle.hint
    assert obstacle.where == "index.html:1"


@pytest.mark.parametrize(
    "text", ["<form name=a data-netlify='false'><input name=b>", "<form name=netlify>", "netlify"]
)
def test_other_forms_are_left_alone(text: str) -> None:
    found = find_forms({"index.html": text})
    assert not found.forms
    assert not found.obstacles


@given(st.text(alphabet="<form/input netlify name=\"'{}> x\n", max_size=400))
def test_any_text_is_searched(text: str) -> None:
    for form in find_netlify_forms(text):
        assert text[form.offset] == "<"


@pytest.mark.parametrize("piece", ["<form ", '<form "', "<form {", "<form netlify name=a {x}"])
def test_a_hostile_text_is_searched(piece: str) -> None:
    """A search of quadratic time would take minutes here."""
    assert not list(find_netlify_forms(piece * 20_000))


def test_adopt_writes_the_forms_and_reports_no_obstacle(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(PLAIN)
    called = call("adopt", str(site), "acme", "--json")
    data = called.json["data"]
    assert data["obstacles"] == []
    assert data["forms"]["contact"]["notify"] == "web@acme.example"
    text = (fresh / "clients" / "acme.yaml").read_text()
    assert re.search(r"forms: \{.*contact", text)
    assert call("validate", "acme").code == 0
    assert "contact; entries go to" in call("adopt", str(site), "plum", "--dry-run").out
    assert json.dumps(data)
