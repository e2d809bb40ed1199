"""The tools inside the build of a site that is not one of our starters."""

import json
from pathlib import Path

import pytest

from lambdas.publisher import site_tools
from platform_core.hosting import netlify_forms


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a finished site. The source with it is the current folder."""
    monkeypatch.chdir(tmp_path)
    facts = {"site": {"language": "de"}}
    (tmp_path / "content.json").write_text(json.dumps(facts))
    (tmp_path / "out").mkdir()
    (tmp_path / "out/index.html").write_text("home")
    return Path("out")


def test_a_site_without_a_404_page_gets_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site_tools.main(["complete", "page", "out"]) == 0
    page = (folder / "404.html").read_text()
    assert '<html lang="de">' in page
    assert 'content="noindex"' in page
    assert "added one of ours" in capsys.readouterr().out


def test_a_site_keeps_its_own_404_page(folder: Path) -> None:
    (folder / "404.html").write_text("lost")
    site_tools.main(["complete", "page", "out"])
    assert (folder / "404.html").read_text() == "lost"


def test_a_site_of_one_page_shows_its_home_page(folder: Path) -> None:
    (folder / "404.html").write_text("lost")
    site_tools.main(["complete", "spa", "out"])
    assert (folder / "404.html").read_text() == "home"


def test_a_page_of_a_file_is_also_at_the_address_of_a_folder(folder: Path) -> None:
    for name in ("about.html", "shop.html", "shop/index.html", "news/first.html", "404.html"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    (folder / "linked.html").symlink_to("/etc/hostname")
    site_tools.main(["complete", "page", "out"])
    assert (folder / "about/index.html").read_text() == "about.html"
    assert (folder / "news/first/index.html").read_text() == "news/first.html"
    assert (folder / "shop/index.html").read_text() == "shop/index.html"
    assert not (folder / "404").exists()
    assert not (folder / "linked").exists()


def test_a_link_is_left_to_the_publisher(folder: Path) -> None:
    (folder / "404.html").symlink_to("../private")
    site_tools.main(["complete", "spa", "out"])
    assert not Path("private").exists()


def test_another_use_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert site_tools.main(["complete", "other", "out"]) == 1
    assert site_tools.main([]) == 1
    assert capsys.readouterr().err.count("refused:") == 2


# --- forms that the former host received ----------------------------------------------------------


@pytest.fixture
def with_forms(folder: Path) -> Path:
    """Return the folder of a site with two forms."""
    forms = [{"name": name, "action": f"/_forms/{name}"} for name in ("contact", "rsvp-form")]
    Path("content.json").write_text(json.dumps({"site": {"language": "en", "forms": forms}}))
    return folder


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (
            '<form name="contact" method="POST" data-netlify="true" action="/x/" class=\'a b\'>',
            '<form name="contact" class="a b" method="post" action="/_forms/contact">',
        ),
        (
            "<FORM netlify name=contact netlify-honeypot=bot data-netlify-recaptcha=true>",
            '<form name="contact" method="post" action="/_forms/contact">',
        ),
        (
            '<form data-netlify name="RSVP Form" onsubmit="if (a > 1) go(&quot;x&quot;)">',
            '<form name="RSVP Form" onsubmit="if (a &gt; 1) go(&quot;x&quot;)" method="post"'
            ' action="/_forms/rsvp-form">',
        ),
        (
            '<form data-netlify="true" name="contact" enctype="multipart/form-data">',
            '<form name="contact" enctype="multipart/form-data" method="post"'
            ' action="/_forms/contact">',
        ),
        ('<form name="contact" data-netlify="false">', None),
        ('<form name="contact" action="https://netlify.example/">', None),
        ('<form netlify name="other">', None),
        ("<form netlify>", None),
        ('<form netlify name="contact', None),
    ],
)
def test_a_form_of_the_former_host_is_sent_to_ours(
    with_forms: Path, tag: str, expected: str | None
) -> None:
    page = with_forms / "contact/index.html"
    page.parent.mkdir()
    before, after = "<p>Gr\u00fc\u00dfe \u2028 <!-- netlify -->\r\n".encode(), b"\xff</form>"
    page.write_bytes(before + tag.encode() + after)
    assert site_tools.main(["complete", "page", "out"]) == 0
    assert page.read_bytes() == before + (expected or tag).encode() + after


def test_the_log_names_the_forms(with_forms: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (with_forms / "a.html").write_text("<form netlify name=contact><form netlify name=x>")
    site_tools.main(["complete", "page", "out"])
    lines = capsys.readouterr().out
    assert "forms of the site: contact" in lines
    assert "nobody receives these forms, add them to site.forms: x" in lines


@pytest.mark.parametrize("name", ["Contact Form", "  x  ", "\u00dcber", "a" * 60, "_A-b_", ""])
def test_both_sides_call_a_form_the_same(name: str) -> None:
    assert site_tools.form_key(name) == netlify_forms.form_key(name)
