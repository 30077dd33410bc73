"""How lines of logs are written: one a record, in UTC, without the keys of links in mails."""

import logging
import re
import time

from accounts.security import log_event, plain

# Where the rest of an address is a key: whoever reads it in a log could use it.
KEYED = re.compile(
    r"(/(?:confirm-email|email/stop|password/reset/key|sign-in-link|unsubscribe)/)[^/\s?\"']+"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


def without_keys(text: str) -> str:
    """Put an ellipsis where the key of a link stands."""
    return KEYED.sub(r"\1…", text)


class LineFormatter(logging.Formatter):
    """Writes a message as one line, whatever it holds; a traceback keeps its lines."""

    converter = time.gmtime  # type: ignore[assignment]  # as the documentation of logging says
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return CONTROL.sub(_escaped, super().formatMessage(record))


class SecurityHandler(logging.Handler):
    """Puts what Django finds suspicious into the log of safety, a line each, with no traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        request = getattr(record, "request", None)
        kind = plain(record.name.rpartition(".")[2])
        event = "host-refused" if kind == "DisallowedHost" else "request-refused"
        log_event(event, kind=kind, method=getattr(request, "method", ""))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
