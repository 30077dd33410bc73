"""Find English that was left in what should be Welsh."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser

from babel.messages.pofile import read_po
from django.conf import settings
from taggit.models import Tag

from accounts.models import User
from communities.models import Area, Community
from councillors.models import Body, Capacity, Councillor, Person
from discussions.models import Post, Thread
from moderation.models import Decision
from questions.models import Question

# Words without which hardly an English sentence is made; none of them is Welsh.
COMMON = re.compile(
    r"\b(the|and|of|your?|our|with|this|that|these|those|was|were|not|has|have|from|its?|they|them"
    r"|who|which|what|when|where|how|why|can|cannot|will|would|then|there|only|also|any|more|been"
    r"|being|their|does|did|nothing|nobody|somebody|everybody)\b",
    re.IGNORECASE,
)
CATALOGUE = settings.BASE_DIR / "locale/cy/LC_MESSAGES/django.po"
TAG = re.compile(r"<[^>]+>")
PLACEHOLDER = re.compile(r"%\\\([\w.]+\\\)[sd]|%[sd]")
ADDRESS = re.compile(r"https?://\S+")
SPOKEN = {"alt", "aria-label", "content", "placeholder", "title"}
WITHOUT_END = {"br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"}
WRITTEN = [
    (User, "public_name"),
    (Area, "name"),
    (Community, "name"),
    (Community, "description"),
    (Body, "name"),
    (Person, "name"),
    (Councillor, "role"),
    (Councillor, "party"),
    (Capacity, "title"),
    (Thread, "title"),
    (Post, "body"),
    (Decision, "reason"),
    (Question, "title"),
    (Question, "text"),
    (Tag, "name"),
]
UNSEEN = {"script", "style"}


class Words(HTMLParser):
    """The words of a page that are in its own language: of its nodes, and those read aloud."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language = ""
        self.found: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.language = self.language or given.get("lang", given.get("xml:lang", ""))
        is_ours = self.is_ours and tag not in UNSEEN
        is_ours = is_ours and given.get("lang", self.language) == self.language
        if is_ours and (tag != "meta" or given.get("name") == "description"):
            self.found += [given[name] for name in SPOKEN & set(given)]
        if tag not in WITHOUT_END:
            self.open.append((tag, is_ours))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in WITHOUT_END:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.is_ours and data.strip():
            self.found.append(" ".join(data.split()))

    @property
    def is_ours(self) -> bool:
        return not self.open or self.open[-1][1]


def written() -> set[str]:
    """Return whatever people wrote or entered, which stays in its language."""
    rows = [model.objects.values_list(name, flat=True) for model, name in WRITTEN]
    return {settings.COUNCIL_NAME, *(text for row in rows for text in row)}


def english_in(texts: Iterable[str], written: Iterable[str] = ()) -> list[str]:
    """Return those texts that are English, once what people wrote is taken out of them."""
    names = set(written)
    said = [text for text in texts if not ADDRESS.fullmatch(text)]
    return [text for text in said if _is_english(without(text, names))]


def without(text: str, names: set[str]) -> str:
    """Take what people wrote out of a text, the longest first."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "\N{BULLET}")
    return text


def _is_english(text: str) -> bool:
    parts = [part.strip() for part in re.split(r" [·–›] | \(|\)|: ", text)]
    return bool(COMMON.search(text)) or any(_is_message(part) for part in [text.strip(), *parts])


@cache
def _is_message(text: str) -> bool:
    welsh, english, with_gaps = _messages()
    return text not in welsh and (text in english or bool(with_gaps.fullmatch(text)))


@cache
def _messages() -> tuple[set[str], set[str], re.Pattern[str]]:
    """Return Welsh messages, English ones whose Welsh is another text, and such with gaps."""
    with CATALOGUE.open("rb") as words:
        messages = [message for message in read_po(words) if message.id]
    welsh = {part for message in messages for part in _parts(message.string)}
    english = {part for message in messages for part in _parts(message.id)} - welsh
    patterns = [PLACEHOLDER.sub(".+", re.escape(part)) for part in english if "%" in part]
    return welsh, english, re.compile("|".join(patterns))


def _parts(texts: str | tuple[str, ...]) -> Iterator[str]:
    """Cut a message where a page cuts it into nodes; what says nothing is left out."""
    for text in [texts] if isinstance(texts, str) else texts:
        for part in TAG.split(text):
            if re.search(r"[^\W\d_]{2}", re.sub(r"%\([\w.]+\)[sd]", "", part)):
                yield " ".join(part.split())
