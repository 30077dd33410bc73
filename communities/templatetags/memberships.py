"""Words around members."""

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def members(count: int) -> str:
    """Say how many members there are."""
    return ngettext("%(members)s member", "%(members)s members", count) % {"members": count}
