"""The facts of a site that its client's file and its deploy decide."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The facts of a site at deploy time, stored in the data bucket as `contract.SITE_FACTS`.

    They are a build input: a change of any field causes a build.
    """

    client_id: str
    environment: str
    name: str
    domain: str
    url: str
    """The URL that visitors use, without a trailing slash."""
    contact_email: str
    language: str = "en"
    source_key: str = ""
    """Object key of the zipped site source in the data bucket."""
    source_digest: str = ""
    engine: str = ""
    engine_version: str = ""
    buildspec_digest: str = ""
    tagline: str = ""
    """Sentence about the client."""
    analytics_origins: str = ""
    """Origins whose scripts may run on a page, separated by spaces."""
    forms: str = ""
    """JSON list of the contact forms: `forms.definition`, without mail addresses."""
    form_pages: str = ""
    """Non-empty for a starter, whose pages show the forms. Another site has markup of its own."""

    def as_dict(self) -> dict[str, str]:
        """Return the fields as JSON-ready text."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, str]) -> "SiteFacts":
        """Read the facts of a deploy of any version. Unknown fields are ignored."""
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in names})
