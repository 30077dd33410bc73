"""What somebody typed into a form that could not be used: shown, or kept until they sign in."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone

KEY = "sent"  # in the session
KEPT_SECONDS = 60 * 60
MAX_KEPT = 100_000  # characters
CSRF_FIELD = "csrfmiddlewaretoken"
# Fields that hold what people type, also where it is a single word.
TYPED = {
    "answer",
    "body",
    "description",
    "links",
    "name",
    "new_tags",
    "note",
    "problem",
    "public_name",
    "reason",
    "reasons",
    "rules",
    "text",
    "title",
    "uses",
    "where",
}


@dataclass(frozen=True)
class Sent:
    """The words of a form, and what else is needed to send it once more."""

    address: str
    words: list[tuple[str, str]]
    others: list[tuple[str, str]] = field(default_factory=list)
    has_files: bool = False
    token: str = ""  # as it was sent, for pages that cannot make another
    is_from_here: bool = False  # a page of ours sent it, not one that only pretends to


def sent_with(request: HttpRequest) -> Sent | None:
    """Return what a form sent; None where it holds no words or a password, or cannot be read."""
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        has_files = bool(request.FILES)
        here = f"{request.scheme}://{request.get_host()}"
    except (BadRequest, SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return None
    if any("password" in name for name, _value in fields):
        return None
    words = [one for one in fields if _is_typed(*one)]
    others = [one for one in fields if one not in words and one[0] != CSRF_FIELD]
    is_from_here = request.headers.get("Origin") == here
    address = request.get_full_path()
    token = request.POST.get(CSRF_FIELD, "")
    return Sent(address, words, others, has_files, token, is_from_here) if words else None


def keep_sent(request: HttpRequest, sent: Sent) -> bool:
    """Keep words in the session until somebody has signed in; say whether they are few enough."""
    fields = [*sent.words, *sent.others]
    if sum(len(name) + len(value) for name, value in fields) > MAX_KEPT:
        return False
    request.session[KEY] = {**asdict(sent), "at": timezone.now().timestamp()}
    return True


def kept_sent(request: HttpRequest) -> Sent | None:
    """Return the words that were kept a short while ago."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if kept is None or timezone.now().timestamp() - kept["at"] > KEPT_SECONDS:
        return None
    words, others = ([(key, value) for key, value in kept[name]] for name in ("words", "others"))
    return Sent(kept["address"], words, others, has_files=kept["has_files"])


def forget_sent(request: HttpRequest, address: str = "") -> None:
    """Forget the words that were kept; with an address only those that go there."""
    kept = request.session.get(KEY)
    if kept and address in {"", kept["address"]}:
        del request.session[KEY]


def _is_typed(name: str, value: str) -> bool:
    return name != CSRF_FIELD and bool(value.strip()) and (name in TYPED or len(value.split()) > 1)
