"""The pages of forms: after an entry, with the problems of an entry, and for a refusal.

They need no script and no file of the site. Texts of visitors and of the client are escaped.
"""

from typing import Final

from platform_core.forms.checks import CheckedEntry
from platform_core.forms.definition import FormDefinition
from platform_core.forms.markup import render_form
from platform_core.forms.words import words_for

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
"""The content security policy of these pages. Their style is inline, and they load nothing."""

_PAGE: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>{title}</title>
<style>
:root{{color-scheme:light dark}}
body{{background:Canvas;color:CanvasText;font:1.1rem/1.5 system-ui,sans-serif;
margin:8vh auto;max-width:34rem;padding:0 1rem}}
label{{display:block}}
.form input:not([type=checkbox]),.form textarea{{box-sizing:border-box;width:100%;padding:.5rem;
font:inherit}}
.form-check label{{display:inline}}
.form-check input{{margin:0 .6rem 0 0}}
.form-problem{{display:block;font-weight:600}}
.form-trap{{position:absolute;left:-100vw}}
[aria-invalid]{{outline:2px solid}}
button{{font:inherit;padding:.5rem 1.5rem}}
a{{color:LinkText}}
</style></head>
<body><main>
<h1>{title}</h1>
{content}
</main></body></html>
"""


def render_thanks(language: str) -> str:
    """Return the page after an entry."""
    known, words = words_for(language)
    content = f'<p>{words["received"]}</p>\n<p><a href="/">{words["home"]}</a></p>'
    return _PAGE.format(language=known, title=words["thanks"], content=content)


def render_refusal(sentence: str, language: str) -> str:
    """Return a page with one sentence of `words`."""
    known, words = words_for(language)
    content = f'<p>{words[sentence]}</p>\n<p><a href="/">{words["home"]}</a></p>'
    return _PAGE.format(language=known, title=words["not_sent"], content=content)


def render_problems(form: FormDefinition, checked: CheckedEntry, language: str) -> str:
    """Return a page with the form, the values of a visitor and their problems."""
    known, words = words_for(language)
    content = render_form(form, language, checked)
    return _PAGE.format(language=known, title=words["check"], content=content)
