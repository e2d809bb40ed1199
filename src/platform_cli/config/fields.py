"""Field types shared by the sections of a client's file: domain, e-mail address, label."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from platform_cli.config.client_names import TAG_CLIENT, TAG_ENVIRONMENT
from platform_cli.workspace import CLIENT_ID

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, line separators and characters that change the text direction."""
RESERVED_BUCKET_PREFIXES = ("sthree-", "amzn-s3-demo-")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, 2026-11-30. Other
reserved beginnings and endings cannot occur in the name of a client's bucket."""
ORIGIN = re.compile(r"https://(?P<host>[^\s/:?#@*]+)(:(?P<port>[1-9][0-9]{0,4}))?/?", re.IGNORECASE)
HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


class StrictModel(BaseModel):
    """A section of the file; rejects unknown keys."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        validate_assignment=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


def invalid_value(message: str, hint: str = "", *, field: str = "") -> PydanticCustomError:
    """Create a validation error for pydantic.

    `field` names the field to point at when a rule concerns several fields.
    """
    return PydanticCustomError(
        "wrong", "{message}", {"message": message, "hint": hint, "field": field}
    )


def unknown_name(kind: str, name: str, known: Iterable[str]) -> PydanticCustomError:
    """Create a validation error for an unknown name; `known` lists the valid ones."""
    return PydanticCustomError(
        "unknown",
        "unknown {kind} {name}",
        {"kind": kind, "name": repr(name), "known": sorted(known)},
    )


def normalize_domain(text: str) -> str:
    """Validate a host name; returns it in lower case and encoded for DNS.

    >>> normalize_domain("Bücher.Example"), normalize_domain("straße.example")
    ('xn--bcher-kva.example', 'xn--strae-oqa.example')
    """
    if "://" in text or "/" in text or ":" in text:
        bare = re.sub(r"^\w+://", "", text).split("/")[0].split(":")[0]
        raise invalid_value(f"{text!r} is a URL, not a domain", f"write {bare}" if bare else "")
    ascii_form = text.removesuffix(".").lower()
    if not text.isascii() or "xn--" in ascii_form:
        ascii_form = _encode_for_dns(text)
    labels = ascii_form.split(".")
    if len(ascii_form) > 253 or not all(map(LABEL.fullmatch, labels)):
        raise invalid_value(
            f"{text!r} is not a domain name", "use letters, digits and hyphens, separated by dots"
        )
    if len(labels) < 2 or labels[-1].isdigit():
        raise invalid_value(f"{text!r} is not a full domain name", "for example: acme.example")
    return ascii_form


def _encode_for_dns(text: str) -> str:
    """Encode a domain by IDNA 2008, as registries and browsers do: it keeps the letter ß.

    Python's own codec implements IDNA 2003 and turns `straße.example` into `strasse.example`,
    another owner's domain.
    """
    # Every command reads domains, and almost all are plain ASCII: the others load the tables.
    import idna

    try:
        encoded = idna.encode(text.removesuffix("."), uts46=True, std3_rules=True)
    except idna.IDNAError as error:
        # The library's reason as a hint: "codepoint U+2603 at position 1 ... not allowed".
        reason = str(error)[:1].lower() + str(error)[1:]
        raise invalid_value(f"{text!r} is not a domain name", reason) from None
    return encoded.decode("ascii")


def normalize_origin(text: str) -> str:
    """Validate an origin that a page may load scripts from: https, a host and at most a port.

    >>> normalize_origin("https://Plausible.io/")
    'https://plausible.io'
    """
    match = ORIGIN.fullmatch(text)
    if match is None:
        host = HOST.search(text.rpartition("@")[2])
        example = f"https://{host[0]}" if host else "for example: https://plausible.io"
        raise invalid_value(
            f"{text!r} is not an https origin, with a host and no path",
            f"write {example}" if host else example,
        )
    port = match["port"]
    # Browsers leave the standard port out of an origin.
    suffix = f":{port}" if port and port != "443" else ""
    return f"https://{normalize_domain(match['host'])}{suffix}"


def normalize_email(text: str) -> str:
    """Validate an e-mail address; returns it with the domain in lower case."""
    local, at, host = text.rpartition("@")
    if not at or not LOCAL_PART.fullmatch(local) or local[0] == "." or ".." in f"{local}.":
        raise invalid_value(f"{text!r} is not an e-mail address", "for example: web@acme.example")
    return f"{local}@{normalize_domain(host)}"


def check_client_id(text: str) -> str:
    """Validate a client id: safe in a path, a host name and every AWS resource name."""
    if not CLIENT_ID.fullmatch(text):
        raise invalid_value(
            f"{text!r} is not a valid client id",
            "3 to 32 lower-case letters, digits and single hyphens, starting with a letter",
        )
    for prefix in RESERVED_BUCKET_PREFIXES:
        if text.startswith(prefix):
            raise invalid_value(
                f"{text!r} starts with {prefix!r}, which Amazon S3 reserves",
                "the names of the client's buckets start with its id: choose another one",
            )
    return text


def check_tag_key(text: str) -> str:
    """Validate a label's name, which becomes the key of an AWS tag."""
    if text.lower().startswith("aws:"):
        raise invalid_value(
            f"the label {text!r} starts with 'aws:', which AWS reserves", "rename it"
        )
    if text.lower() in {TAG_CLIENT, TAG_ENVIRONMENT}:
        raise invalid_value(f"{text!r} is a tag that platform sets itself", "rename the label")
    return text


def check_printable(text: str) -> str:
    """Reject text with characters that are unsafe to display on a page or terminal."""
    if match := UNPRINTABLE.search(text):
        raise invalid_value(f"the character U+{ord(match[0]):04X} is not printable", "remove it")
    return text


ClientId = Annotated[
    str,
    AfterValidator(check_client_id),
    WithJsonSchema({"type": "string", "pattern": f"^{CLIENT_ID.pattern}$"}),
]
Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(check_printable)]
Domain = Annotated[str, AfterValidator(normalize_domain)]
Email = Annotated[str, AfterValidator(normalize_email)]
Origin = Annotated[
    str,
    AfterValidator(normalize_origin),
    WithJsonSchema({"type": "string", "pattern": "^https://[^/*?#@]+/?$"}),
]
Sentence = Annotated[str, Field(max_length=160), AfterValidator(check_printable)]
TagKey = Annotated[
    str, Field(pattern=r"^[\w.:/=+@-]+$", max_length=100), AfterValidator(check_tag_key)
]
TagValue = Annotated[str, Field(pattern=r"^[\w .:/=+@-]*$", max_length=256)]

SITE_FOLDER = re.compile(r"(?!\.{1,2}(/|$)|-)[\w.@-]+(/(?!\.{1,2}(/|$)|-)[\w.@-]+)*", re.ASCII)


def check_site_folder(text: str) -> str:
    """Validate a folder of a site's source; returns it without `./` and a slash at the end."""
    folder = text.removeprefix("./").rstrip("/")
    if folder in {"", "."} and text in {"", ".", "./"}:
        return ""
    if len(folder) > 200 or not SITE_FOLDER.fullmatch(folder):
        raise invalid_value(
            f"{text!r} is not a folder of the site",
            "a relative path of letters, digits and . _ - @ /, without ..",
        )
    return folder


def check_output_folder(text: str) -> str:
    """Validate the folder that a build fills; a build deletes its former content."""
    folder = check_site_folder(text)
    if folder.split("/")[0] in {"", ".platform", ".git", "node_modules"}:
        raise invalid_value(
            f"{text!r} cannot be the output", "choose a folder that holds the finished site only"
        )
    return folder


VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED_VARIABLE = re.compile(
    r"(?i)(AWS|CODEBUILD|LD|PYTHON|PLATFORM|BASH)_\w+|[A-Z]+_BUCKET|ATTEMPT_ID|RELEASE_ASSETS|BUILD_ROLE_ID|BUILD_SECRETS"
    r"|PROVIDER_API_URL|SITE_URL|PATH|HOME|PWD|OLDPWD|TMPDIR|IFS|ENV|SHELL|PYTHON\w+|npm_config_cache"
)
"""Names that the build sets, or by which its own tools could be replaced."""


def check_variable_name(name: str) -> str:
    """Validate the name of an environment variable of a build."""
    if len(name) > 100 or not VARIABLE_NAME.fullmatch(name):
        raise invalid_value(
            f"{name!r} is not the name of a variable",
            "letters, digits and underscores, not starting with a digit",
        )
    if RESERVED_VARIABLE.fullmatch(name):
        raise invalid_value(f"{name!r} is set by the build itself", "choose another name")
    return name


SiteFolder = Annotated[str, AfterValidator(check_site_folder)]
OutputFolder = Annotated[str, AfterValidator(check_output_folder)]
Command = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(check_printable)]
VariableName = Annotated[str, AfterValidator(check_variable_name)]
VariableValue = Annotated[str, Field(max_length=4000), AfterValidator(check_printable)]
