"""Which threads of a community one can choose, and its numbers, without the template engine."""

from html import escape
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.addresses import address_of

register = template.Library()

TAB = '<a href="{}{}"{}>{}</a>\n'
HERE = ' aria-current="page"'
NUMBER = "<div><dt>{}</dt><dd>{}</dd></div>"


@register.simple_tag(takes_context=True)
def thread_choices(context: Context) -> SafeString:
    """Draw the links that choose threads by kind or tag."""
    address = context["community"].get_absolute_url()
    chosen: dict[str, Any] = context["chosen"]
    show, tag = chosen.get("show", ""), chosen.get("tag")
    choices = [
        ("", _("All")),
        ("discussions", _("Discussions")),
        ("questions", _("Questions")),
        ("unanswered", _("Unanswered")),
    ]
    tagged = f"tag={escape(tag.slug)}" if tag else ""
    links = []
    for name, words in choices:
        query = "&amp;".join(filter(None, [f"show={name}" if name else "", tagged]))
        is_here = HERE if name == show else ""
        links.append(TAB.format(address, query and f"?{query}", is_here, escape(words)))
    tags = address_of("discussions:community-tags", context["community"].slug)
    links.append(TAB.format(tags, "", "", escape(_("Tags"))))
    which = escape(_("Which threads"))
    nav = f'<nav class="tabs" aria-label="{which}">\n{"".join(links)}</nav>\n'
    return mark_safe(nav + _of_tag(address, show, tag))  # noqa: S308 (each part is escaped)


def _of_tag(address: str, show: str, tag: Any) -> str:
    if tag is None:
        return ""
    words = escape(_("With the tag %(tag)s") % {"tag": tag.name})
    everything = TAB.format(address, f"?show={show}" if show else "", "", escape(_("Any tag")))
    return f'<p class="meta">{words} · {everything}</p>\n'


@register.simple_tag(takes_context=True)
def activity_numbers(context: Context) -> SafeString:
    """Draw how many people belong to a community, and what they wrote in the last thirty days."""
    community, activity = context["community"], context["activity"]
    numbers = [
        (_("Members"), community.member_count),
        (_("Threads"), community.thread_count),
        (_("Posts in 30 days"), activity.posts),
        (_("People who wrote them"), activity.writers),
    ]
    parts = "".join(NUMBER.format(escape(words), number) for words, number in numbers)
    return mark_safe(f'<dl class="numbers">{parts}</dl>')  # noqa: S308 (numbers and our own words)
