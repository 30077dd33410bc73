"""How a finished message leaves the house: over SMTP, or into a folder."""

import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.charset import QP, Charset
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr, getaddresses
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.encoding import punycode

from notifications.models import Mail

# A message has 5 minutes before its lease lapses. Nine turns of 15 seconds and the reply to
# the final dot, for which a server that reads the message first may need long, fit into that.
TURN_SECONDS = 15
FINAL_REPLY_SECONDS = 120

MAX_SUBJECT = 250  # letters, as the row takes them
OWN_HEADERS = {
    "auto-submitted", "bcc", "cc", "content-transfer-encoding", "content-type", "date", "from",
    "message-id", "mime-version", "received", "return-path", "sender", "subject", "to",
}  # fmt: skip
ADDRESS_HEADERS = {"reply-to", "mail-followup-to", "resent-from", "resent-to"}
# Controls, halves of letters, and the signs that Unicode calls controls of direction
UNFIT_FOR_HEADERS = dict.fromkeys(
    [
        *range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0x61C, 0x200E, 0x200F,
        *range(0x202A, 0x202F), *range(0x2066, 0x206A),
    ]
)  # fmt: skip


class ServerAway(Exception):
    """The mail server cannot be reached or lets nobody in: no message is to blame."""


class Delayed(Exception):
    """The mail server did not take this message now, but may later."""


class Refused(Exception):
    """The mail server will never take this message."""

    def __init__(self, reply: str, *, address_is_bad: bool) -> None:
        super().__init__(reply)
        self.address_is_bad = address_is_bad


class ReplyLost(Exception):
    """The whole message was handed over, but whether it was taken nobody knows."""


class Transport(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def send(self, mail: Mail) -> None: ...


def open_transport() -> Transport:
    """Return the transport that EMAIL_URL names; it connects when the first message leaves."""
    url = urlsplit(settings.EMAIL_URL)
    _sender()
    if url.query or url.fragment:
        raise ImproperlyConfigured("EMAIL_URL takes no options after its path.")
    if url.scheme == "file":
        return FolderTransport(Path(unquote(url.path)))
    if url.scheme in {"smtp", "smtps", "smtp+tls"}:
        return SmtpTransport(settings.EMAIL_URL)
    raise ImproperlyConfigured(
        "EMAIL_URL must begin with smtp://, smtps://, smtp+tls:// or file://."
    )


class FolderTransport:
    """Write each message into a file of its own; a reader never sees half of one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def send(self, mail: Mail) -> None:
        content = build_message(mail).as_bytes()
        unique = re.sub(r"[^0-9A-Za-z-]", "", mail.message_id.partition("@")[0])
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{unique}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half = self.folder / f".{name}.tmp"
            half.write_bytes(content)
            half.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise ServerAway(str(error)) from error


class SmtpTransport:
    """Hand messages to a mail server, all over one connection for as long as it lasts."""

    def __init__(self, address: str) -> None:
        self.url = urlsplit(address)
        self.connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.connection is not None:
            try:
                self.connection.quit()
            except (OSError, smtplib.SMTPException):
                self._hang_up()

    def send(self, mail: Mail) -> None:
        """Hand over one message; raises what became of it unless it was taken."""
        content = build_message(mail).as_bytes()
        connection = self.connection = self.connection or self._connect()
        try:
            self._offer(connection, mail.to, content)
        except (Delayed, Refused):
            self._start_anew(connection)
            raise
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Delayed(_words(error)) from error
        except Exception:
            self._hang_up()
            raise

    def _offer(self, connection: smtplib.SMTP, to: str, content: bytes) -> None:
        # Who we are is our own affair: a refusal says nothing against the message.
        _expect_2xx(connection.mail(_sender().addr_spec), Delayed)
        code, reply = connection.rcpt(ascii_address(to))
        is_bad = _is_bad_address(code, reply)
        _expect_2xx((code, reply), lambda text: Refused(text, address_is_bad=is_bad))
        code, reply = connection.docmd("DATA")
        if code != 354:
            _expect_2xx((code, reply), _refused_content)
        # Until the final dot has left nothing is taken; after it only the reply can tell.
        connection.send(re.sub(rb"(?m)^\.", b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n")
        try:
            if connection.sock is not None:
                connection.sock.settimeout(FINAL_REPLY_SECONDS)
            code, reply = connection.getreply()
            if connection.sock is not None:
                connection.sock.settimeout(TURN_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            raise ReplyLost(_words(error)) from error
        _expect_2xx((code, reply), _refused_content)

    def _connect(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "", self.url.port
        try:
            if self.url.scheme == "smtps":
                trusted = ssl.create_default_context()
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, port or 465, timeout=TURN_SECONDS, context=trusted
                )
            else:
                connection = smtplib.SMTP(host, port or 25, timeout=TURN_SECONDS)
            self.connection = connection
            if self.url.scheme == "smtp+tls":
                connection.starttls(context=ssl.create_default_context())
            if self.url.username:
                connection.login(unquote(self.url.username), unquote(self.url.password or ""))
            connection.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise ServerAway(_words(error)) from error
        return connection

    def _start_anew(self, connection: smtplib.SMTP) -> None:
        """Forget the message that was not taken, so that the next one can be offered."""
        try:
            code, _reply = connection.rset()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self._hang_up()

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class _Unfolded(Compat32):
    """Leaves headers as they are given, in one line: to fold a long address would break it."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode("ascii")


_policy = _Unfolded(linesep="\r\n")
_utf8 = Charset("utf-8")
_utf8.body_encoding = QP


def build_message(mail: Mail) -> Message:
    """Build the message of a row; nothing in it can add a header of its own.

    By the older of Python's two interfaces, which takes a third of the time of the newer one.
    """
    parts = [
        MIMEText(text, subtype, _utf8, policy=_policy)  # type: ignore[arg-type]  # takes a Charset
        for subtype, text in (("plain", mail.text), ("html", mail.html))
        if text
    ]
    if len(parts) == 1:
        message: Message = parts[0]
    else:
        message = MIMEMultipart("alternative", _subparts=parts, policy=_policy)
    sender = _sender()
    message["From"] = formataddr((sender.display_name, sender.addr_spec))
    message["To"] = ascii_address(mail.to)
    message["Subject"] = _header(mail.subject)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    for header, value in mail.headers.items():
        if header.lower() not in OWN_HEADERS:
            write = _addresses_header if header.lower() in ADDRESS_HEADERS else _header
            message[header] = write(str(value))
    return message


def _header(text: str) -> str:
    """Write a text as mail headers hold it: in one line, and in ASCII letters alone (RFC 2047)."""
    line = one_line(text)
    return line if line.isascii() else Header(line, "utf-8").encode(linesep="\r\n")


def _addresses_header(text: str) -> str:
    """Write addresses with names as mail headers hold them: only the names are encoded."""
    found = getaddresses([one_line(text)])
    return ", ".join(formataddr((name, ascii_address(each))) for name, each in found if each)


def one_line(text: str) -> str:
    """Fold a text into one line; tabs and line ends become spaces.

    Only what breaks a header or turns the direction of text goes. Joiners, styles and tags, which
    are not seen either, belong to words, pictures and flags.
    """
    return " ".join(text.split()).translate(UNFIT_FOR_HEADERS)


def ascii_address(address: str) -> str:
    """Write the domain of an address as the mail system does."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{punycode(domain)}"


def _sender() -> Address:
    """Read MAIL_FROM, leniently: a council's name may hold a comma that nobody put in quotes."""
    name, bracket, address = settings.MAIL_FROM.rpartition("<")
    try:
        return Address(name.strip(' "'), addr_spec=address.rstrip("> ") if bracket else address)
    except ValueError as error:
        raise ImproperlyConfigured("MAIL_FROM must be an address.") from error


def _expect_2xx(answer: tuple[int, bytes], refused: Callable[[str], Exception]) -> None:
    code, reply = answer
    text = one_line(f"{code} {reply.decode('utf-8', 'replace')}")
    if 500 <= code <= 599:
        raise refused(text)
    if not 200 <= code <= 299:
        raise Delayed(text)


def _refused_content(text: str) -> Refused:
    return Refused(text, address_is_bad=False)


def _is_bad_address(code: int, reply: bytes) -> bool:
    """Say whether a refusal is about the address, by the reason that it gives (RFC 3463) if any.

    A policy, a full mailbox or a fault of the server's own says nothing against the address.
    """
    if reason := re.match(rb"5\.(\d+)\.(\d+)", reply):
        return reason[1] == b"1" or reason.groups() == (b"2", b"1")
    return code in {550, 551, 553}


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        return one_line(f"{error.smtp_code} {text}")
    return one_line(str(error)) or type(error).__name__
