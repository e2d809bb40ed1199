"""The contact forms of a site: their address, table, function and stack outputs."""

from typing import Final

FORMS_PATH: Final = "/_forms/"
"""A form posts to this path and its name, on the domain of its site."""
FORMS: Final = "FORMS"
"""JSON list: the definitions of the forms, see `forms.definition`."""
FORMS_TABLE: Final = "FORMS_TABLE"
FORMS_HOSTS: Final = "FORMS_HOSTS"
"""Host names of the site, with commas between them."""
FORMS_LANGUAGE: Final = "FORMS_LANGUAGE"
OUT_FORMS_API_ID: Final = "FormsApiId"
OUT_FORMS_TABLE: Final = "FormsTable"

# FORMS    pk `form` (the name of a form, or a word below), sk `id`
FORMS_KEY: Final = "form"
FORMS_SORT: Final = "id"
FORMS_LIMITS: Final = "#limits"
"""Counters of entries by hour, for the site and for the hash of an address."""
MAIL_AT: Final = "mail_at"
"""A number: Unix seconds at which the mail of an entry is due. Absent once it is sent."""
MAIL_INDEX: Final = "MailIndex"
"""Sparse: pk `pending` ("1" while a mail waits), sk `mail_at`. Keys only."""
ALARM_FORM_MAIL: Final = "form_mail_failed"
"""The mail of an entry could not be sent several times."""
