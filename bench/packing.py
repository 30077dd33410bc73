"""The site with its pages packed, as nginx hands them out (docs/deploy.md)."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from townhall.wsgi import application as site

LEVEL = 1  # nginx's own


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the site does, with HTML packed."""
    begun: list[Any] = []
    answer = site(environ, lambda *start: begun.extend(start))
    status, headers = begun[:2]
    names = {name.lower(): value for name, value in headers}
    takes_packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    if not takes_packed or not names.get("content-type", "").startswith("text/html"):
        start_response(status, headers)
        return answer
    body = gzip.compress(b"".join(answer), LEVEL)
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    packed = [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    start_response(status, kept + packed)
    return [body]
