"""From what people type (CommonMark) to the safe HTML that is stored and shown."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST_TEXT = 20_000  # characters
DEEPEST_NESTING = 12
HIGHEST_HEADING = 3

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


def render(source: str) -> str:
    """Render Markdown to sanitised HTML; headings begin below those of the page."""
    tokens = _markdown.parse(storable(source))
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
