"""Draw the hits of a search."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from discussions.search import MARK_END, MARK_START

register = template.Library()

ELLIPSIS = "…"
SHORTEST_PART = 15  # spaces: excerpts have twenty words, so what is shorter is a whole text


@register.filter
def marked(headline: str) -> SafeString:
    """Escape a headline, say where its sentence goes on, and wrap its hits in <mark>."""
    words = headline.strip(MARK_START + MARK_END)
    is_part = words.count(" ") >= SHORTEST_PART
    before = ELLIPSIS if is_part and words[0].islower() else ""
    after = ELLIPSIS if is_part and words[-1].isalnum() else ""
    text = (
        escape(f"{before}{headline}{after}")
        .replace(MARK_START, "<mark>")
        .replace(MARK_END, "</mark>")
    )
    return mark_safe(text)  # noqa: S308 (escaped on the line above)
