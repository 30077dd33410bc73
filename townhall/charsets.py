"""Forms are sent as UTF-8: another charset is refused before Django reads a word in it."""

import codecs
import re
from collections.abc import Callable, Iterable
from typing import Any

NAMED = re.compile(r';\s*charset\s*=\s*("[^"]*"|[^;]*)', re.IGNORECASE)
REFUSED = "townhall.refused_charset"

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def only_utf_8(application: Application) -> Application:
    """Wrap a WSGI application so that Django never sees the charset of what is sent.

    Django would read the address in that charset too, while it makes the request: with one that
    is not meant for text it fails there, where nothing can answer.
    """

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return application(without_charset(environ), start_response)

    return wrapped


def without_charset(environ: dict[str, Any]) -> dict[str, Any]:
    """Return a WSGI environment without the charset; REFUSED names one that is not UTF-8."""
    kind = environ.get("CONTENT_TYPE", "")
    named = NAMED.search(kind)
    if not named:
        return environ
    refused = {} if _is_utf_8(named[1].strip('" ')) else {REFUSED: named[1]}
    return {**environ, "CONTENT_TYPE": NAMED.sub("", kind), **refused}


def _is_utf_8(name: str) -> bool:
    try:
        return codecs.lookup(name).name == "utf-8"
    except (LookupError, ValueError):
        return True  # no charset at all: browsers of old sent such, and meant UTF-8
