"""The site with its answers packed, as nginx hands them out (docs/deploy.md)."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from townhall.wsgi import application as site

LEVEL = 5  # gzip_comp_level there
PACKED = ("text/", "image/svg+xml", "application/atom+xml", "application/manifest+json")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the site does, and pack what is not packed already."""
    begun: list[Any] = []
    answer = site(environ, lambda *start: begun.extend(start))
    status, headers = begun[:2]
    names = {name.lower(): value for name, value in headers}
    takes_packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    is_loose = names.get("content-type", "").startswith(PACKED) and "content-encoding" not in names
    if not (takes_packed and is_loose):
        start_response(status, headers)
        return answer
    body = gzip.compress(b"".join(answer), LEVEL)
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    packed = [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    start_response(status, kept + packed)
    return [body]
