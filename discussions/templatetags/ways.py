"""Ways through a thread: to the first unread post, the last, one by its number, and to new ones."""

from functools import cache
from html import escape

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.addresses import address_of, static_of
from discussions.models import Thread, page_with

register = template.Library()

FEW_POSTS = 5  # on one screen
SCRIPT = '<script type="module" src="{}"></script>\n'
PLACE = "<span>{}</span> "
JUMP = '<a href="{}#post-{}">{}</a> '
JUMP_TO_NUMBER = """<form class="inline jump"><label for="to">{}</label>
<input type="text" inputmode="numeric" id="to" name="to" size="4" maxlength="9" required>
<button class="btn quiet">{}</button></form>
"""
FRESH = '<p class="fresh" role="status" data-fresh="{}" data-after="{}"></p>\n'


@register.simple_tag
def thread_scripts() -> SafeString:
    """Load what opens quotes in place and asks for new posts."""
    return _scripts(static_of("js/quote.js"))


@cache
def _scripts(quote: str) -> SafeString:
    addresses = (quote, static_of("js/fresh.js"))
    return mark_safe("".join(map(SCRIPT.format, addresses)))  # noqa: S308 (our own addresses)


@register.simple_tag(takes_context=True)
def jumps(context: Context) -> SafeString:
    """Say which page this is, and draw the ways to the first post, an unread one and the last."""
    thread, page, pages = context["thread"], context["page"], context["pages"]
    links = ""
    if page > 1:
        place = _("Page %(page)s of %(pages)s") % {"page": page, "pages": pages}
        links = PLACE.format(escape(place)) + JUMP.format("?page=1", 1, escape(_("First post")))
    if number := context["unread_from"]:
        unread_page = page_with(number)
        address = f"?page={unread_page}" if unread_page != page else ""
        links += JUMP.format(address, number, escape(_("First unread")))
    if page < pages or len(context["posts"]) > FEW_POSTS:
        address = f"?page={pages}" if page < pages else ""
        links += JUMP.format(address, thread.last_number, escape(_("Jump to the latest")))
    return mark_safe(links)  # noqa: S308 (made of numbers and our own words)


@register.simple_tag(takes_context=True)
def jump_to_number(context: Context) -> SafeString:
    """Draw the form that leads to a post by its number, where a thread has several pages."""
    if context["pages"] == 1:
        return SafeString("")
    return mark_safe(JUMP_TO_NUMBER.format(escape(_("Go to post number")), escape(_("Go"))))  # noqa: S308 (our own words)


@register.simple_tag(takes_context=True)
def fresh(context: Context) -> SafeString:
    """Keep a place for posts that come while the last page of a thread is read."""
    thread = context["thread"]
    if context["page"] != context["pages"] or thread.status != Thread.Status.PUBLISHED:
        return SafeString("")
    address = address_of("discussions:thread-fresh", thread.pk)
    return mark_safe(FRESH.format(address, thread.last_number))  # noqa: S308 (an address and a number)
