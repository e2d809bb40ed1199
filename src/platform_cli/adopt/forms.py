"""Find the forms that the former host receives, and describe them as forms of the client's file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from platform_cli.config.fields import UNPRINTABLE
from platform_cli.config.sections.forms import MAX_FIELDS, MAX_FORMS, TYPES_BY_NAME
from platform_cli.errors import Finding
from platform_core.hosting.netlify_forms import (
    NetlifyField,
    NetlifyForm,
    find_netlify_forms,
    form_key,
)
from platform_core.provider.site_traces import place_of

FORM: Final = "a form that Netlify receives"
DEFAULT_HONEYPOT: Final = "bot-field"
COMPONENTS: Final = (".jsx", ".tsx", ".vue", ".svelte", ".js", ".ts")
"""Files whose markup a browser renders again, without the address that the build writes."""
LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class FoundForms:
    """The forms by their key, and the ones that need a person."""

    forms: Mapping[str, NetlifyForm]
    obstacles: tuple[Finding, ...]


def find_forms(sources: Mapping[str, str]) -> FoundForms:
    """Return the forms of a site. The fields of forms with one name are put together."""
    forms: dict[str, NetlifyForm] = {}
    places: dict[str, str] = {}
    obstacles: list[Finding] = []
    for path, text in sources.items():
        for form in find_netlify_forms(text):
            where, key = place_of(path, text, form.offset), form_key(form.name)
            obstacles += _find_obstacles(form, path, where)
            if key and (key in forms or len(forms) < MAX_FORMS):
                forms[key] = _merge(forms.get(key), form)
                places.setdefault(key, where)
    complete = {key: form for key, form in forms.items() if form.fields}
    obstacles += [
        Finding(FORM, places[key], f"write its fields into site.forms.{key}")
        for key in forms.keys() - complete
    ]
    return FoundForms(complete, tuple(obstacles))


def choose_forms(found: Mapping[str, NetlifyForm], notify: str) -> dict[str, Any]:
    """Return the `site.forms` of a client's file."""
    return {
        key: {
            "fields": [_describe_field(field) for field in form.fields],
            "notify": notify,
            **({"thanks": form.thanks} if form.thanks else {}),
            **({"honeypot": form.honeypot} if form.honeypot not in {"", DEFAULT_HONEYPOT} else {}),
        }
        for key, form in found.items()
    }


def _merge(known: NetlifyForm | None, form: NetlifyForm) -> NetlifyForm:
    fields = {field.name: field for field in (known.fields if known else ())}
    for field in _usable(form.fields):
        fields.setdefault(field.name, field)
    return NetlifyForm(
        name=form.name,
        fields=tuple(fields.values())[:MAX_FIELDS],
        honeypot=(known.honeypot if known else "") or form.honeypot,
        thanks=(known.thanks if known else "") or form.thanks,
        takes_files=form.takes_files,
        offset=form.offset,
    )


def _usable(fields: Iterable[NetlifyField]) -> Iterator[NetlifyField]:
    for field in fields:
        if len(field.name) <= LONGEST_NAME and not UNPRINTABLE.search(field.name):
            yield field


def _describe_field(field: NetlifyField) -> str | dict[str, Any]:
    """Return the name alone where the defaults are right."""
    default = str(TYPES_BY_NAME.get(field.name.lower(), "text"))
    differs = {
        **({"type": field.type} if field.type != default else {}),
        **({"required": True} if field.required else {}),
    }
    return {"name": field.name, **differs} if differs else field.name


def _find_obstacles(form: NetlifyForm, path: str, where: str) -> Iterator[Finding]:
    key = form_key(form.name)
    if not key:
        yield Finding(FORM, where, "give it a name, and write its fields into site.forms")
        return
    if form.takes_files:
        yield Finding(f"files in the form {key}", where, "ask for them by mail")
    if path.endswith(COMPONENTS):
        yield Finding(
            f"the form {key} in a component, which browsers render again",
            where,
            f'write method="post" action="/_forms/{key}" into it',
        )
