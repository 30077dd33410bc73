"""What rows of long lists need, cheaper than the tags that do the same once a page."""

from datetime import datetime
from typing import Protocol

from django import template
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.addresses import address_of

register = template.Library()


@register.filter
def address(name: str, key: int | str) -> str:
    """Return the address of a page that is named for one thing."""
    return address_of(name, key)


@register.filter
def ago(at: datetime, exactness: str = "minute") -> SafeString:
    """Draw a moment, to the "minute" or the "day"; the browser makes "3 hours ago" of it."""
    local = localtime(at)
    words = f"{local.day} {MONTHS[local.month]} {local.year}"
    if exactness == "minute":
        words += f", {local:%H:%M}"
    moment = local.isoformat(timespec="seconds")
    return format_html('<time class="ago" datetime="{}">{}</time>', moment, words)


class Pictured(Protocol):
    """Somebody with a disc for a picture."""

    @property
    def initials(self) -> str: ...

    @property
    def tint(self) -> int: ...


@register.filter
def disc(person: Pictured) -> SafeString:
    """Draw the initials of somebody on a tinted disc."""
    return format_html(
        '<span class="disc tint-{}" aria-hidden="true">{}</span>', person.tint, person.initials
    )
