"""The mail backend of the site: it writes rows, and the worker sends them."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models.functions import Now

from accounts.models import User
from communities.markup import cut
from notifications.emails.transport import MAX_SUBJECT, one_line
from notifications.models import Mail


class QueueBackend(BaseEmailBackend):
    """Turn each message into rows, one for each recipient, in the transaction of the caller."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mails = [mail for message in email_messages for mail in _rows(message)]
        Mail.objects.bulk_create(mails)
        return len(email_messages)


def _rows(message: EmailMessage) -> list[Mail]:
    if message.attachments:
        raise ValueError("Mails of the site carry no attachments: link to a page instead.")
    text, html = _bodies(message)
    headers = {name: one_line(str(value)) for name, value in message.extra_headers.items()}
    if message.reply_to:
        headers["Reply-To"] = one_line(", ".join(message.reply_to))
    addresses = [address for _name, address in map(parseaddr, message.recipients()) if address]
    # The sign-in pages say for which account they write: its address may be yet to be proven.
    account = getattr(message, "account", None)
    users = _users(addresses)
    return [
        Mail(
            user=account or users.get(address.lower()),
            to=address,
            queue=Mail.Queue.ACCOUNT,
            subject=cut(one_line(str(message.subject)), MAX_SUBJECT),
            text=text,
            html=html,
            headers=headers,
            next_attempt_at=Now(),
        )
        for address in dict.fromkeys(addresses)
    ]


def _bodies(message: EmailMessage) -> tuple[str, str]:
    if message.content_subtype == "html":
        return "", str(message.body)
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = [str(content) for content, kind in alternatives if kind == "text/html"]
    return str(message.body), html[0] if html else ""


def _users(addresses: list[str]) -> dict[str, User]:
    """Return whose each address is, in lower case; one that nobody has proven is nobody's."""
    found = User.objects.proven_at(addresses)
    return {user.email.lower(): user for user in found if user.email}
