"""The log of what bears on safety: one line an event, without secrets, names or addresses."""

import logging
import re

logger = logging.getLogger("townhall.security")

UNUSUAL = re.compile(r"[^\w:.,/+-]", re.ASCII)
MAX_LENGTH = 120


def log_event(event: str, **details: object) -> None:
    """Write one line: the event, then what is known of it as name=value.

    People are named by their number, address blocks and recipients by a keyed hash. Whatever could
    end a line or begin another detail becomes an underscore.
    """
    words = [f"{name}={plain(value)}" for name, value in details.items() if value not in {None, ""}]
    logger.info("%s", " ".join([event, *words]))


def plain(value: object) -> str:
    """Return a value in letters that cannot forge a line of a log."""
    return UNUSUAL.sub("_", str(value))[:MAX_LENGTH]
