"""The markup of a form: in the pages of a site, and in the page with the problems of an entry."""

from collections.abc import Mapping
from html import escape
from typing import Final

from platform_core.forms.body import MAX_VALUE
from platform_core.forms.checks import CheckedEntry, Problem
from platform_core.forms.definition import FieldType, FormDefinition, FormField
from platform_core.forms.words import words_for

_AUTOCOMPLETE: Final = {"name": "name", FieldType.EMAIL: "email", FieldType.TEL: "tel"}
"""Hint for the browser, by the name or the type of a field."""
NO_ENTRY: Final = CheckedEntry((), {})


def render_form(form: FormDefinition, language: str, checked: CheckedEntry = NO_ENTRY) -> str:
    """Return the form, with the values of a visitor and a sentence at each problem.

    It needs no script. Its classes are styled by the starters and by the pages of forms.
    """
    _, words = words_for(language)
    values, general = dict(checked.values), checked.problems.get("")
    # The browser's own messages come first, but not again over ours.
    own_checks = " novalidate" if checked.problems else ""
    trap = escape(form.honeypot)
    lines = [
        f'<form class="form" method="post" action="{escape(form.path)}"{own_checks}>',
        f'<p class="form-problem" role="alert">{words[general]}</p>' if general else "",
        f'<p class="form-trap" aria-hidden="true"><label>{words["leave_empty"]} '
        f'<input name="{trap}" tabindex="-1" autocomplete="off"></label></p>',
        *(
            _render_field(
                field,
                f"{form.name}-{number}",
                values.get(field.name, ""),
                checked.problems.get(field.name),
                words,
            )
            for number, field in enumerate(form.fields, 1)
        ),
        f'<p><button class="button" type="submit">{words["send"]}</button></p>',
        "</form>",
    ]
    return "\n".join(filter(None, lines))


def _render_field(
    field: FormField, key: str, value: str, problem: Problem | None, words: Mapping[str, str]
) -> str:
    label, text = escape(field.label), escape(value)
    note = (
        f'<span class="form-problem" id="{key}-problem">{words[problem]}</span>' if problem else ""
    )
    common = f'id="{key}" name="{escape(field.name)}"'
    if field.required:
        common += " required"
    if problem:
        common += f' aria-invalid="true" aria-describedby="{key}-problem"'
    hint = _AUTOCOMPLETE.get(field.name.lower()) or _AUTOCOMPLETE.get(field.type)
    if hint:
        common += f' autocomplete="{hint}"'
    if field.type == FieldType.CHECKBOX:
        state = " checked" if value else ""
        box = f'<input type="checkbox" {common} value="{text or "yes"}"{state}>'
        return f'<p class="form-check">{box}<label for="{key}">{label}</label>{note}</p>'
    common += f' maxlength="{MAX_VALUE}"'
    if field.type == FieldType.TEXTAREA:
        # A browser drops the first line break of a textarea.
        control = f'<textarea {common} rows="6">\n{text}</textarea>'
    else:
        control = f'<input type="{escape(field.type)}" {common} value="{text}">'
    return f'<p><label for="{key}">{label}</label>{control}{note}</p>'
