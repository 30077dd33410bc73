"""What is the same beside every field that posts are written in, drawn once for each language."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.addresses import static_of

register = template.Library()


@register.simple_tag
def composing(piece: str) -> SafeString:
    """Draw the "help" with Markdown, the "tools" beside the button, or the "lines" under it."""
    return _piece(piece, get_language(), static_of("js/compose.js"))


@cache
def _piece(piece: str, _language: str | None, _script: str) -> SafeString:
    return render_to_string(f"discussions/_composing_{piece}.html")
