"""Draw the hits of a search."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from discussions.search import MARK_END, MARK_START

register = template.Library()


@register.filter
def marked(headline: str) -> SafeString:
    """Escape a headline and wrap its hits in <mark>."""
    text = escape(headline).replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")
    return mark_safe(text)  # noqa: S308 (escaped on the line above)
