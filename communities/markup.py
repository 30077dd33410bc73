"""From what people type (CommonMark) to the safe HTML that is stored and shown."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from html import escape, unescape
from itertools import islice
from unicodedata import category

import nh3
from django.utils.translation import gettext_lazy as _
from markdown_it.token import Token

from communities.links import SCHEMES, Markdown

LONGEST_TEXT = 20_000  # characters
DEEPEST_NESTING = 12
HIGHEST_HEADING = 3
# What takes long to read: the sign, how many of them alone a text may have, and their name. At
# these bounds the worst text of LONGEST_TEXT takes some 45 ms; what people write, a tenth of it.
BUSY = [
    (re.compile(r"[\[\]]"), 1_000, _("square brackets")),
    (re.compile(r"[*_~]"), 4_000, _("signs such as * and _")),
    (re.compile(r"://[\w.-]*|\w\.[^\W\d][\w.-]*|@"), 500, _("addresses")),
    (re.compile(r"\n"), 1_000, _("lines")),
]
MOST_MENTIONS = 20  # in one text; an @ after these is only an @
LONGEST_NAME = 60  # letters of a public name
BEFORE_NAME = re.compile(r"(?<![\w@/.])@(?=\w)")

# How many letters of a text are somebody's name, and where that person is found; or nobody's.
Found = tuple[int, str] | None
# From what follows each @ to whom it names.
Finder = Callable[[list[str]], list[Found]]

TAGS = {
    "p",
    "br",
    "hr",
    "em",
    "strong",
    "s",
    "a",
    "blockquote",
    "ul",
    "ol",
    "li",
    "code",
    "pre",
    "h3",
    "h4",
    "h5",
    "h6",
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
TAG = re.compile(r"<[^>]*>")
JOINER = "\u200d"
# What changes the sign before it: joiners, styles, shades of skin, and the tags of flags
JOINED_ON = {JOINER, "\u200c", *map(chr, (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)))} | {
    chr(code) for code in range(0xE0020, 0xE0080)
}
FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
# Letters and signs that are drawn as nothing, beside all that Unicode calls control or separator.
UNSEEN = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

# What no XML may have, and so no feed; the ends of lines in slides and letters become plain ones.
UNSTORABLE = dict.fromkeys((*range(9), *range(14, 32), 65534, 65535), "") | {11: "\n", 12: "\n"}

_markdown = (
    Markdown(
        "commonmark",
        {"html": False, "linkify": True, "breaks": True, "maxNesting": DEEPEST_NESTING},
    )
    .enable(["linkify", "strikethrough"])
    .disable("image")
)


def storable(text: str) -> str:
    """Return a text that databases and feeds can hold: no half letters, plain line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(UNSTORABLE)
    return text.encode("utf-8", "replace").decode("utf-8")


def words_of(html: str) -> str:
    """Return what a rendered text says, on one line."""
    return " ".join(unescape(TAG.sub(" ", html)).split())


def is_blank(text: str) -> bool:
    """Say whether a text has no sign that can be seen."""
    return all(sign in UNSEEN or category(sign)[0] in "CZ" for sign in text)


def shortened(text: str, letters: int) -> str:
    """Return the beginning of a text, cut between two words where these are not too long."""
    if len(text) <= letters:
        return text
    space = text.rfind(" ", letters * 2 // 3, letters)
    return f"{text[:space] if space > 0 else cut(text, letters)}…"


def cut(text: str, letters: int) -> str:
    """Return at most so many letters of a text, and of no letter or picture a part."""
    end = min(len(text), letters)
    while 0 < end < len(text) and _belong_together(text, end):
        end -= 1
    return text[:end]


def _belong_together(text: str, at: int) -> bool:
    """Say whether the signs before and after a place make one letter, picture or flag."""
    before, after = text[at - 1], text[at]
    if before == JOINER or after in JOINED_ON or category(after) in {"Mn", "Mc", "Me"}:
        return True
    # Flags are pairs of letters: a second one is known by how many come before it.
    letters = text[:at]
    flags = len(letters) - len(letters.rstrip(FLAG_LETTERS))
    return after in FLAG_LETTERS and flags % 2 == 1


def why_too_busy(text: str) -> str:
    """Say in plain words why a text would take too long to read; "" where it does not."""
    counts = [(len(sign.findall(text)), most, name) for sign, most, name in BUSY]
    if sum(count / most for count, most, _name in counts) <= 1:
        return ""
    count, _most, name = max(counts, key=lambda counted: counted[0] / counted[1])
    words = _("Your text has %(count)d %(what)s: too many for one post. Please take some out.")
    return str(words) % {"count": count, "what": name}


def render(source: str, find_named: Finder | None = None) -> str:
    """Render Markdown to sanitised HTML; headings begin below those of the page.

    `find_named` is asked once, where there is an @ in front of a word outside code, links and
    quotes; whom it finds is linked. A text that would take too long is shown as it was typed.
    """
    text = storable(source)
    if why_too_busy(text):
        return f"<pre><code>{escape(text)}</code></pre>\n"
    tokens = _markdown.parse(text)
    _order_headings(tokens)
    _unlink_nothing(tokens)
    if find_named and "@" in source:
        _link_names(tokens, find_named)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    )


def _order_headings(tokens: list[Token]) -> None:
    """Begin with h3, and go down one level at a time: who hears a page, jumps by its headings."""
    above, level = HIGHEST_HEADING - 1, 0
    for token in tokens:
        if token.type == "heading_open":
            level = min(int(token.tag[1]) + HIGHEST_HEADING - 1, above + 1, 6)
            above = level
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"


def _unlink_nothing(tokens: list[Token]) -> None:
    """Leave the words of a link that has no address, such as `[text]()`, as plain words."""
    for token in tokens:
        kept, is_empty = [], False
        for child in token.children or []:
            if child.type == "link_open":
                is_empty = not child.attrs["href"]
            if not (is_empty and child.type in {"link_open", "link_close"}):
                kept.append(child)
        if token.children:
            token.children = kept


def _link_names(tokens: list[Token], find_named: Finder) -> None:
    """Make links of the names after @ signs."""
    begun = list(islice(_beginnings(tokens), MOST_MENTIONS))
    if not begun:
        return
    # One letter more than a name may have: it shows whether the name ends there.
    found = find_named([text.content[at : at + LONGEST_NAME + 1] for text, at in begun])
    names: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for (text, at), name in zip(begun, found, strict=True):
        if name:
            names[id(text)].append((at - 1, at + name[0], name[1]))
    for token in tokens:
        if token.children:
            pieces = (_with_links(child, names[id(child)]) for child in token.children)
            token.children = [piece for some in pieces for piece in some]


def _beginnings(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """Yield the plain texts with an @, and where what may be a name begins in them."""
    quotes = 0
    for token in tokens:
        quotes += token.nesting if token.type in {"blockquote_open", "blockquote_close"} else 0
        links = quotes
        for child in token.children or []:
            links += child.nesting if child.type in {"link_open", "link_close"} else 0
            if child.type == "text" and not links:
                for sign in BEFORE_NAME.finditer(child.content):
                    yield child, sign.end()


def _with_links(text: Token, names: list[tuple[int, int, str]]) -> list[Token]:
    """Cut a text where people are named: from, to, address."""
    if not names:
        return [text]
    pieces, end = [], 0
    for start, stop, address in names:
        if start >= end:
            link = Token("link_open", "a", 1, attrs={"href": address})
            name = _text(text.content[start:stop])
            pieces += [_text(text.content[end:start]), link, name, Token("link_close", "a", -1)]
            end = stop
    return [*pieces, _text(text.content[end:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
