"""Draw what changed between two wordings."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from discussions.differences import differences
from discussions.models import PostRevision
from discussions.services import words_of_figures

register = template.Library()
CHANGED = (
    '<{0}><span class="visually-hidden">{1}: </span>{2}<span class="visually-hidden"> ({3}) </span>'
    "</{0}>"
)


@register.filter
def in_words(wording: PostRevision) -> str:
    """Return the words of a wording, and under them what is said of its pictures."""
    said = words_of_figures(wording.html)
    pictures = [_("Picture: %(shows)s") % {"shows": shows} for shows in said]
    return "\n".join([wording.body, *pictures])


@register.simple_tag
def difference(old: str, new: str) -> SafeString:
    """Draw two wordings as one text, in which what was added and removed is marked, and said."""
    said = {"ins": (_("added"), _("end of added")), "del": (_("removed"), _("end of removed"))}
    return format_html_join(
        "",
        "{}",
        (
            (format_html(CHANGED, kind, said[kind][0], text, said[kind][1]) if kind else text,)
            for kind, text in differences(*map(_lines, (old, new)))
        ),
    )


def _lines(text: str) -> str:
    """End lines as stored words do; a form sends them otherwise, which is no change."""
    return text.replace("\r\n", "\n")
