"""Which pages there are about the town hall, in the order in which they are listed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class AboutPage:
    """A page, by the name of its address, and one line that says what is on it."""

    url_name: str
    title: Any
    summary: Any


@dataclass(frozen=True)
class Group:
    """Pages that belong together."""

    title: Any
    pages: tuple[AboutPage, ...]


THIS = AboutPage("about", _("How this works"), _("Find your place, read, write, ask and keep up."))
RULES = AboutPage(
    "about-rules",
    _("The rules for everybody"),
    _("What we ask of each other, what is not allowed, and what happens then."),
)
MODERATION = AboutPage(
    "about-moderation",
    _("How we moderate"),
    _("What becomes of a report, step by step, and how fast we were."),
)
PROMISES = AboutPage(
    "about-promises",
    _("What we promise"),
    _("Our promises, and figures that show how well we keep them."),
)
COUNCILLORS = AboutPage(
    "about-councillors",
    _("For councillors"),
    _("How questions reach you, by when to answer, and how you are protected."),
)
AMBASSADORS = AboutPage(
    "about-ambassadors",
    _("For ambassadors"),
    _("What an ambassador does for a community, and what not."),
)
PICTURES = AboutPage(
    "about-pictures",
    _("Help with pictures"),
    _("How to describe a picture in words, and what to think of when people are on it."),
)
PRIVACY = AboutPage(
    "about-privacy", _("Privacy"), _("What we hold about you, why, and how to get or end it.")
)
COOKIES = AboutPage(
    "about-cookies",
    _("Cookies"),
    _("Each cookie by its name, what it is for and how long it stays."),
)
ACCESSIBILITY = AboutPage(
    "about-accessibility",
    _("Accessibility statement"),
    _("How well this site works for everybody, as far as we have tested it."),
)
BARRIER = AboutPage(
    "about-barrier",
    _("Report a barrier"),
    _("Tell us what kept you from using this site. You need no account."),
)

GROUPS = (
    Group(_("Taking part"), (THIS, RULES, MODERATION, PROMISES)),
    Group(_("Help"), (PICTURES, COUNCILLORS, AMBASSADORS)),
    Group(_("You and your data"), (PRIVACY, COOKIES)),
    Group(_("For everybody"), (ACCESSIBILITY, BARRIER)),
)
