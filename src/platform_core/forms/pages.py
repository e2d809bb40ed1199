"""The pages of forms: after an entry, with the problems of an entry, and for a refusal.

They need no script and no file of the site. Texts of visitors and of the client are escaped.
"""

from collections.abc import Mapping
from html import escape
from typing import Final

from platform_core.forms.checks import CheckedEntry, Problem
from platform_core.forms.definition import FieldType, FormDefinition, FormField
from platform_core.forms.words import words_for

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
"""The content security policy of these pages. Their style is inline, and they load nothing."""

_PAGE: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>{title}</title>
<style>
:root{{color-scheme:light dark}}
body{{font:1.1rem/1.5 system-ui,sans-serif;margin:8vh auto;max-width:34rem;padding:0 1rem}}
label,input,textarea{{display:block;box-sizing:border-box}}
input:not([type=checkbox]),textarea{{width:100%;font:inherit;padding:.5rem}}
button{{font:inherit;padding:.5rem 1.5rem}}
[aria-invalid]{{outline:2px solid}}
.problem{{margin:.25rem 0 0;font-weight:600}}
.trap{{position:absolute;left:-100vw}}
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


def render_form(form: FormDefinition, checked: CheckedEntry, language: str) -> str:
    """Return the form with the values of a visitor, and a sentence at each problem."""
    known, words = words_for(language)
    values = dict(checked.values)
    general = checked.problems.get("")
    lines = [
        f'<p role="alert" class="problem">{words[general]}</p>' if general else "",
        f'<form method="post" action="{escape(form.path)}" novalidate>',
        f'<p class="trap" aria-hidden="true"><label>{words["leave_empty"]} '
        f'<input name="{escape(form.honeypot)}" tabindex="-1" autocomplete="off"></label></p>',
        *(
            _render_field(field, values[field.name], checked.problems.get(field.name), words)
            for field in form.fields
        ),
        f"<p><button>{words['send']}</button></p>",
        "</form>",
    ]
    content = "\n".join(filter(None, lines))
    return _PAGE.format(language=known, title=words["check"], content=content)


def _render_field(
    field: FormField, value: str, problem: Problem | None, words: Mapping[str, str]
) -> str:
    name, label, text = escape(field.name), escape(field.label), escape(value)
    state = f' aria-invalid="true" aria-describedby="problem-{name}"' if problem else ""
    state += ' aria-required="true"' if field.required else ""
    common = f'id="field-{name}" name="{name}"{state}'
    match field.type:
        case FieldType.TEXTAREA:
            # A browser drops the first line break of a textarea.
            control = f'<textarea {common} rows="8">\n{text}</textarea>'
        case FieldType.CHECKBOX:
            control = f'<input type="checkbox" {common} value="{text or "yes"}"'
            control += " checked>" if value else ">"
        case kind:
            control = f'<input type="{escape(kind)}" {common} value="{text}">'
    note = f'<p class="problem" id="problem-{name}">{words[problem]}</p>' if problem else ""
    return f'<div><p><label for="field-{name}">{label}</label>{control}</p>{note}</div>'
