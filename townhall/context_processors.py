"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.council import council_name, site_title
from townhall import theme


def site(request: HttpRequest) -> dict[str, Any]:
    """Name the council, its look and the page in the other language."""
    is_welsh = get_language() == "cy"
    logo = theme.logo()
    return {
        "council_name": council_name(),
        "site_title": site_title(),
        "demonstration": settings.DEMONSTRATION,
        "theme_address": theme.theme_address(),
        "logo_address": theme.logo_address(logo) if logo else "",
        "other_language": _other_language(request, is_welsh),
    }


def _other_language(request: HttpRequest, is_welsh: bool) -> dict[str, str]:
    """Return where the same page is in the other language, and that language's own name."""
    address = request.get_full_path()
    if is_welsh:
        # One slash only: two would begin the name of another host.
        english = "/" + address.removeprefix("/cy").lstrip("/")
        return {"code": "en-GB", "name": "English", "address": english}
    return {"code": "cy", "name": "Cymraeg", "address": f"/cy{address}"}
