"""What stands in the head of every page, written once for each language."""

from functools import cache

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

INSTALLED = """<link rel="manifest" href="{}">
<link rel="apple-touch-icon" href="{}">
<script type="module" src="{}"></script>
"""
KEPT = 'data-kept="{}" data-throw="{}"'


@register.simple_tag(takes_context=True)
def installed(context: Context) -> SafeString:
    """Let a device install the site, and keep what somebody who is signed in writes there."""
    head, kept = _installed(get_language())
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return head
    return mark_safe(f'{head}<meta name="drafts" content="{user.pk}" {kept}>\n')  # noqa: S308 (escaped when it was made)


@cache
def _installed(_language: str | None) -> tuple[SafeString, SafeString]:
    head = format_html(
        INSTALLED,
        reverse("manifest"),
        static("img/apple-touch-icon.png"),
        static("js/offline.js"),
    )
    kept = _("You wrote this on {when} and did not publish it. It was kept in this browser.")
    return head, format_html(KEPT, kept, _("Throw it away"))
