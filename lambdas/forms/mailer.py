"""Send a mail by SES, version 2 of its API."""

from typing import Any

from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from platform_core.forms.mail import EntryMail, MailRefused


class SesMailer:
    """The port `Mailer`. SES builds the message from its parts, so no text becomes a header."""

    def __init__(self, ses: Any) -> None:
        self._ses = ses

    def send(self, mail: EntryMail) -> None:
        try:
            self._ses.send_email(
                FromEmailAddress=mail.sender,
                Destination={"ToAddresses": [mail.recipient]},
                ReplyToAddresses=[mail.reply_to] if mail.reply_to else [],
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": mail.text, "Charset": "UTF-8"}},
                    }
                },
            )
        except AWS_ERRORS as error:
            # Only the code: the message of SES can quote an address.
            raise MailRefused(error_code(error) or type(error).__name__) from None
