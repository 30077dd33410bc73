"""From what people type (CommonMark) to the safe HTML that is stored and shown."""

import re
from html import escape

import nh3
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

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
SCHEMES = {"http", "https", "mailto"}

_markdown = (
    MarkdownIt(
        "commonmark",
        {"html": False, "linkify": True, "breaks": True, "maxNesting": DEEPEST_NESTING},
    )
    .enable(["linkify", "strikethrough"])
    .disable("image")
)


def storable(text: str) -> str:
    """Return a text that a database can hold: no NUL, no lone surrogate, plain line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def why_too_busy(text: str) -> str:
    """Say in plain words why a text would take too long to read; "" where it does not."""
    counts = [(len(sign.findall(text)), most, name) for sign, most, name in BUSY]
    if sum(count / most for count, most, _name in counts) <= 1:
        return ""
    count, _most, name = max(counts, key=lambda counted: counted[0] / counted[1])
    words = _("Your text has %(count)d %(what)s: too many for one post. Please take some out.")
    return str(words) % {"count": count, "what": name}


def render(source: str) -> str:
    """Render Markdown to sanitised HTML; headings begin below those of the page.

    A text that would take too long is shown as it was typed.
    """
    text = storable(source)
    if why_too_busy(text):
        return f"<pre><code>{escape(text)}</code></pre>\n"
    tokens = _markdown.parse(text)
    _order_headings(tokens)
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
