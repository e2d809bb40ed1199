"""What sections of a client's file are made of: domains, e-mail addresses, labels."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from platform_cli.workspace import CLIENT_ID

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""What steers a terminal, ends a line or turns its direction around."""
LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


class Model(BaseModel):
    """A section of the file: nothing that it does not know."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        validate_assignment=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


def wrong(message: str, hint: str = "", *, field: str = "") -> PydanticCustomError:
    """A finding of ours, as pydantic wants it raised; `field` is the one to point at, where a
    rule concerns several."""
    return PydanticCustomError(
        "wrong", "{message}", {"message": message, "hint": hint, "field": field}
    )


def unknown(what: str, name: str, known: Iterable[str]) -> PydanticCustomError:
    """A name that does not exist, with those that do."""
    return PydanticCustomError(
        "unknown",
        "unknown {what} {name}",
        {"what": what, "name": repr(name), "known": sorted(known)},
    )


def domain(text: str) -> str:
    """A host name in lower case, with other scripts as DNS writes them (IDNA).

    >>> domain("Bücher.Example")
    'xn--bcher-kva.example'
    """
    if "://" in text or "/" in text or ":" in text:
        bare = re.sub(r"^\w+://", "", text).split("/")[0].split(":")[0]
        raise wrong(f"{text!r} is an address, not a domain", f"write {bare}" if bare else "")
    try:
        ascii_form = text.removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise wrong(f"{text!r} is no domain name") from None
    labels = ascii_form.split(".")
    if len(ascii_form) > 253 or not all(map(LABEL.fullmatch, labels)):
        raise wrong(f"{text!r} is no domain name", "letters, digits and hyphens between dots")
    if len(labels) < 2 or labels[-1].isdigit():
        raise wrong(f"{text!r} is no full domain name", "such as acme.example")
    return ascii_form


def email(text: str) -> str:
    """One address; its domain in lower case."""
    local, at, host = text.rpartition("@")
    if not at or not LOCAL_PART.fullmatch(local) or local[0] == "." or ".." in f"{local}.":
        raise wrong(f"{text!r} is no e-mail address", "such as web@acme.example")
    return f"{local}@{domain(host)}"


def client_id(text: str) -> str:
    """A name that is safe in a path, a host name and every AWS name."""
    if not CLIENT_ID.fullmatch(text):
        raise wrong(
            f"{text!r} is no client id",
            "3 to 32 lower-case letters, digits and single hyphens, beginning with a letter",
        )
    return text


def words(text: str) -> str:
    """Text that a page, a mail and a terminal show as it is written."""
    if found := UNSHOWN.search(text):
        raise wrong(f"the character U+{ord(found[0]):04X} cannot be shown", "leave it out")
    return text


ClientId = Annotated[
    str,
    AfterValidator(client_id),
    WithJsonSchema({"type": "string", "pattern": f"^{CLIENT_ID.pattern}$"}),
]
Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(words)]
Domain = Annotated[str, AfterValidator(domain)]
Email = Annotated[str, AfterValidator(email)]
TagKey = Annotated[str, Field(pattern=r"^[\w.:/=+@-]+$", max_length=100)]
TagValue = Annotated[str, Field(pattern=r"^[\w .:/=+@-]*$", max_length=256)]
