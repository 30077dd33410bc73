"""What somebody typed, on the pages that say why it could not be used."""

from typing import Any

from django import template

from accounts.sent import Sent, sent_with

register = template.Library()


@register.simple_tag(takes_context=True)
def sent_words(context: Any) -> Sent | None:
    """Return what the request sent, where it was a form with words."""
    request = context.get("request")
    return sent_with(request) if request is not None and request.method == "POST" else None
