"""How the council and its site are called in the language that is spoken."""

from functools import cache

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def council_name() -> str:
    return settings.COUNCIL_NAME_CY if get_language() == "cy" else settings.COUNCIL_NAME


def site_title() -> str:
    return _site_title(council_name(), get_language())


@cache
def _site_title(council: str, _language: str | None) -> str:
    return (
        _("%(council_name)s town hall") % {"council_name": council} if council else _("Town hall")
    )
