"""What lets a device install the site, and what it shows without a network."""

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, to_locale
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.council import council_name, site_title
from townhall.versions import release

SHEET, PAPER = "#fffefb", "#fbfaf6"  # as in site.css: the bar above a page, and the ground
ICONS = (
    ("img/mark.svg", "any", "image/svg+xml", "any"),
    ("img/icon-192.png", "192x192", "image/png", "any"),
    ("img/icon-512.png", "512x512", "image/png", "any"),
    ("img/icon-maskable-512.png", "512x512", "image/png", "maskable"),
)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the site to a device; in Welsh it is the same site, begun in Welsh."""
    described = {
        "id": "/",
        "name": site_title(),
        "short_name": council_name(),
        "description": _(
            "Talk with neighbours, ask the people who represent you, and see what became of it."
        ),
        "lang": to_locale(get_language() or settings.LANGUAGE_CODE).replace("_", "-"),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": SHEET,
        "background_color": PAPER,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": kind, "purpose": purpose}
            for path, sizes, kind, purpose in ICONS
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker; each release is a new one, with files of its own."""
    given = {
        "RELEASE": release(),
        "STATIC": settings.STATIC_URL,
        # Which page stands in for others, by how their addresses begin.
        "PAGES": [["/cy/", "/cy/offline/"], ["/", "/offline/"]],
    }
    constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
    return HttpResponse(constants + _worker(), content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "townhall/offline.html", {"noindex": True})


@cache
def _worker() -> str:
    return (Path(settings.BASE_DIR) / "static" / "js" / "worker.js").read_text()
