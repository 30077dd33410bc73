"""Rows of what is somebody's own, rendered without the template engine: there may be many."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.templatetags.listing import tile
from communities.models import Membership
from discussions.templatetags.talk import up_to_99

register = template.Library()

ROW = (
    '<li class="named">{tile}<div><a class="t" href="{address}">{name}</a>'
    ' <div class="meta">{about}</div></div></li>'
)


@register.simple_tag
def membership_rows(memberships: Iterable[Membership]) -> SafeString:
    """Render memberships with their unread posts, as `memberships_of` fetched them."""
    digests = {
        value: escape(_("Digest: %(frequency)s") % {"frequency": label})
        for value, label in Membership.Frequency.choices
    }
    unread, ambassador = escape(_("%(number)s unread")), escape(_("you look after it"))
    rows = []
    for membership in memberships:
        about = [digests[membership.digest]]
        if count := membership.unread:  # type: ignore[attr-defined]  # an annotation
            about.insert(0, f'<span class="new">{unread % {"number": up_to_99(count)}}</span>')
        if membership.role == Membership.Role.AMBASSADOR:
            about.append(ambassador)
        community = membership.community
        rows.append(
            ROW.format(
                tile=tile(community),
                address=community.get_absolute_url(),
                name=escape(community.name),
                about=" · ".join(about),
            )
        )
    return mark_safe("".join(rows))  # noqa: S308 (each part is escaped)
