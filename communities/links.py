"""Which words of a text are meant as an address, and where they lead."""

import re
from urllib.parse import urlsplit

from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink

SCHEMES = {"http", "https", "mailto"}
# Endings that are linked without a scheme or "www.". Any other needs a path: most of two letters
# are English words, and so a full stop without a space after it makes a host ("closed.it opens").
PLAIN_ENDINGS = {"com", "org", "net", "gov", "edu", "uk", "eu", "wales", "cymru", "scot", "london"}
MAIL_ADDRESS = re.compile(r"[^\s@/:]+@[\w-]+(\.[\w-]+)+", re.ASCII)
HOST = re.compile(r"[^/?#:@\s]+")
CLOSING_SIGNS = "…\u201d\u2019»"  # the library knows the straight ones


def is_meant(address: str) -> bool:
    """Return whether an address without a scheme was typed as one."""
    found = HOST.match(address)
    if not found or "." not in found[0]:
        return False
    if found[0].lower().startswith("www."):
        return True
    ending = found[0].rpartition(".")[2]
    if not ending.islower() and not found[0].isupper():
        return False  # a sentence begins there
    return ending.lower() in PLAIN_ENDINGS or address[found.end() : found.end() + 1] == "/"


class Linkify(LinkifyIt):
    """Finds addresses in plain text, and leaves alone what only looks like one."""

    def __init__(self) -> None:
        super().__init__()
        self.tlds(sorted(PLAIN_ENDINGS), keep_old=True)
        self.add("//", None)

    def match(self, text: str) -> list[Match] | None:
        found = [_trimmed(match) for match in super().match(text) or []]
        return [match for match in found if match.schema or is_meant(match.raw)] or None

    def match_at_start(self, text: str) -> Match | None:
        match = super().match_at_start(text)
        return match and _trimmed(match)


class Markdown(MarkdownIt):
    """CommonMark whose links lead to the web, to a mailbox or to a page of this site."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.linkify = Linkify()

    def normalizeLink(self, url: str) -> str:
        """Return an address with the scheme that whoever typed it left out."""
        if url.startswith("//"):
            url = f"https:{url}"
        elif MAIL_ADDRESS.fullmatch(url):
            url = f"mailto:{url}"
        elif is_meant(url):
            url = f"https://{url}"
        normalised: str = normalizeLink(url)
        return normalised

    def validateLink(self, url: str) -> bool:
        """Return whether an address leads anywhere; one that does not stays as it was typed."""
        if url.startswith("/"):
            return not url.startswith(("//", "/\\"))
        try:
            return urlsplit(url).scheme.lower() in SCHEMES
        except ValueError:
            return False


def _trimmed(match: Match) -> Match:
    """Take quotation marks off the end, and give an address without a scheme the usual one."""
    cut = len(match.raw) - len(match.raw.rstrip(CLOSING_SIGNS))
    if cut:
        match.raw, match.text, match.url = match.raw[:-cut], match.text[:-cut], match.url[:-cut]
        match.last_index -= cut
    if not match.schema:
        match.url = f"https://{match.raw}"
    return match
