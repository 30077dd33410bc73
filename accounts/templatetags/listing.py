"""What rows of long lists need, cheaper than the tags that do the same once a page."""

from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from html import escape

from django import template
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from accounts.addresses import address_of, static_of
from accounts.pictures import Pictured

register = template.Library()


@register.filter
def address(name: str, key: int | str) -> str:
    """Return the address of a page that is named for one thing."""
    return address_of(name, key)


@register.simple_tag
def page(name: str) -> str:
    """Return the address of a page that there is one of, for what stands on every page."""
    return address_of(name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a picture of static/img/icons.svg beside the words that it stands for."""
    return _icon(name, static_of("img/icons.svg"))


@cache
def _icon(name: str, sheet: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sheet, name
    )


@register.simple_tag
def drawn_once(template_name: str, **values: str | bool) -> SafeString:
    """Draw a piece that is the same on every page of a language, and of the same few values."""
    places = get_script_prefix(), static_of("img/icons.svg")
    return _drawn(template_name, get_language(), places, **values)


@cache
def _drawn(
    template_name: str, _language: str | None, _places: tuple[str, str], **values: str | bool
) -> SafeString:
    return render_to_string(template_name, values)


@register.filter
def ago(at: datetime, exactness: str = "minute") -> SafeString:
    """Draw a moment, to the "minute" or the "day"; the browser makes "3 hours ago" of it."""
    return moment(at, get_language(), get_current_timezone(), exactness)


def moment(
    at: datetime, language: str | None, zone: tzinfo, exactness: str = "minute"
) -> SafeString:
    """Draw a moment as `ago` does, for who draws many."""
    local = at.astimezone(zone)
    written = local.isoformat(timespec="seconds")
    words = _day_in_words(local.date(), language)
    if exactness == "minute":
        words += f", {written[11:16]}"
    return SafeString(f'<time class="ago" datetime="{written}">{words}</time>')


@lru_cache(maxsize=1_000)
def _day_in_words(day: date, _language: str | None) -> str:
    return escape(f"{day.day} {MONTHS[day.month]} {day.year}")


@register.filter
def lang(code: str) -> SafeString:
    """Mark words as being in a language, as an attribute, where the page is in another."""
    return lang_attribute(code, get_language())


@lru_cache(maxsize=100)
def lang_attribute(code: str, page: str | None) -> SafeString:
    is_foreign = code and code.partition("-")[0] != (page or "").partition("-")[0]
    return mark_safe(f' lang="{escape(code)}"' if is_foreign else "")  # noqa: S308 (escaped)


@register.filter
def disc(person: Pictured) -> SafeString:
    """Draw the initials of somebody on a tinted disc."""
    initials = escape(person.initials)
    return SafeString(f'<span class="disc tint-{person.tint}" aria-hidden="true">{initials}</span>')


@register.filter
def tile(community: Pictured) -> SafeString:
    """Draw the initials of a community on a tinted tile."""
    initials = escape(community.initials)
    return SafeString(
        f'<span class="tile tint-{community.tint}" aria-hidden="true">{initials}</span>'
    )
