"""List, show and export the entries of a client's contact forms.

platform forms list acme
platform forms show acme 20261201-3f9c
platform forms export acme > entries.csv
platform forms mails acme --local
"""

from typing import Annotated

import typer

from platform_cli.api.operations import forms
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.site import forms as views

Form = Annotated[
    str | None, typer.Argument(metavar="[FORM]", help="Name of a form; by default, all forms.")
]
Entry = Annotated[str, typer.Argument(metavar="ID", help="Id of an entry, or its beginning.")]


def list_(
    session: Session, client: Client, form: Form = None, env: Env = None, local: Local = False
) -> Data:
    """List the entries, the newest first, and the state of the mail of each.

      platform forms list acme
      platform forms list acme contact

    Data: {entries: [{form, id, received_at, expires_at, mail, attempts, reason, values}]}. The mail
    is waiting, sent or failed; a failed one is tried again.
    """
    entries = forms.list_form_entries(client, form, **session.location(env, local=local))
    views.show_form_entries(session.screen, client, entries)
    return views.form_entries_data(entries)


def show(
    session: Session, client: Client, entry: Entry, env: Env = None, local: Local = False
) -> Data:
    """Show one entry.

      platform forms show acme 20261201-3f9c

    Data: an entry, as for `list`.
    """
    found = forms.get_form_entry(client, entry, **session.location(env, local=local))
    views.show_form_entry(session.screen, found)
    return views.form_entry_data(found)


def export(
    session: Session, client: Client, form: Form = None, env: Env = None, local: Local = False
) -> Data:
    """Print the entries as CSV, or with `--json` as JSON.

    Texts that a spreadsheet would run as formulas begin with an apostrophe in the CSV.

      platform forms export acme > entries.csv
      platform forms export acme contact --json

    Data as for `list`.
    """
    csv, entries = forms.export_form_entries(client, form, **session.location(env, local=local))
    session.screen.write(csv.rstrip("\r\n"))
    return views.form_entries_data(entries)


def mails(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """Show the mails that the embedded cloud took. They went to nobody.

      platform forms mails acme --local

    Data: {mails: [{at, sender, recipients, subject, text}]}.
    """
    sent = forms.list_sent_mails(client, **session.location(env, local=local))
    views.show_sent_mails(session.screen, client, sent)
    return views.sent_mails_data(sent)


COMMANDS = {"list": list_, "show": show, "export": export, "mails": mails}
