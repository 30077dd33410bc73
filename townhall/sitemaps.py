"""What search engines are told: which pages everybody may read, and which to leave alone.

A part of the site map is a range of numbers, so that one of many costs no more than the first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.addresses import frame_of
from communities.models import Area, Community
from councillors.models import Councillor, Person
from discussions.models import Thread
from townhall.about.pages import GROUPS

PER_PART = 2_500  # numbers of rows, some of which are nobody's to see
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
TWIN = '<xhtml:link rel="alternate" hreflang="{}" href="{}"/>'
NAMED = (
    "home",
    "place-list",
    "communities:community-list",
    "councillors:councillor-list",
    "questions:question-list",
    "moderation:log",
)
# Beginnings of addresses that lead to forms, to one person's own pages, or to another address.
CLOSED = (
    "/accounts/",
    "/mine/",
    "/notifications/",
    "/unsubscribe/",
    "/search/",
    "/posts/",
    "/moderation/report/",
    "/moderation/decisions/",
    "/moderation/appeal/",
    "/questions/sent/",
    "/communities/*/new/",
    "/communities/*/join/",
    "/communities/*/leave/",
    "/discussions/*/reply/",
    "/councillors/*/ask/",
    "/offline/",
)
VISITOR = AnonymousUser()
Entry = tuple[str, date | None]


@dataclass(frozen=True)
class Kind:
    """A kind of page: what its parts count, and the addresses between two numbers."""

    model: type[Model]
    entries: Callable[[int, int], Iterable[Entry]]


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    if settings.DEMONSTRATION:
        lines.append("Disallow: /")
    else:
        lines += [f"Disallow: {path}" for path in ("/admin/", *CLOSED)]
        lines += [f"Disallow: /cy{path}" for path in CLOSED]
        lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the parts; the highest number of each kind tells how many there are."""
    _refuse_in_demonstration()
    parts = [("pages", 0)]
    for name, kind in KINDS.items():
        newest = kind.model._default_manager.order_by("-pk").values_list("pk", flat=True)[:1]
        parts += [(name, part) for last in newest for part in range(last // PER_PART + 1)]
    frame = settings.SITE_URL + frame_of("sitemap-part", 2)
    found = "".join(f"<sitemap><loc>{frame % part}</loc></sitemap>\n" for part in parts)
    return _xml(f"<sitemapindex {NAMESPACES}>\n{found}</sitemapindex>\n")


@login_not_required
@require_safe
def sitemap_part(request: HttpRequest, name: str, part: int) -> HttpResponse:
    _refuse_in_demonstration()
    if name == "pages":
        entries: Iterable[Entry] = _pages()
    elif name in KINDS:
        entries = KINDS[name].entries(part * PER_PART, (part + 1) * PER_PART)
    else:
        raise Http404
    return _xml(f"<urlset {NAMESPACES}>\n{''.join(map(_url, entries))}</urlset>\n")


def _pages() -> list[Entry]:
    about = [page.url_name for group in GROUPS for page in group.pages]
    return [(reverse(name), None) for name in (*NAMED, *about)]


def _places(first: int, end: int) -> Iterable[Entry]:
    frame = frame_of("place-detail")
    codes = Area.objects.current().filter(pk__gte=first, pk__lt=end).order_by("pk")
    return [(frame % quote(code), None) for code in codes.values_list("code", flat=True)]


def _communities(first: int, end: int) -> Iterable[Entry]:
    frame = frame_of("discussions:community-detail")
    open_ones = Community.objects.visible_to(VISITOR).current().filter(thread_count__gt=0)
    found = open_ones.filter(pk__gte=first, pk__lt=end).order_by("pk")
    return [(frame % slug, None) for slug in found.values_list("slug", flat=True)]


def _councillors(first: int, end: int) -> Iterable[Entry]:
    frame = frame_of("councillor-detail")
    seats = Councillor.objects.filter(person=OuterRef("pk"))
    found = Person.objects.filter(Exists(seats), pk__gte=first, pk__lt=end).order_by("pk")
    return [(frame % slug, None) for slug in found.values_list("slug", flat=True)]


def _threads(first: int, end: int) -> Iterable[Entry]:
    """List conversations and questions, which share their numbers."""
    thread = frame_of("discussions:thread-detail", 2)
    question = frame_of("questions:question-detail", 2)
    open_ones = Thread.objects.visible_to(VISITOR).published().filter(post_count__gt=0)
    found = open_ones.filter(pk__gte=first, pk__lt=end).order_by("pk")
    for row in found.only("kind", "title", "last_post_at"):
        frame = question if row.is_question else thread
        yield frame % (row.pk, row.slug), timezone.localdate(row.last_post_at)


KINDS = {
    "places": Kind(Area, _places),
    "communities": Kind(Community, _communities),
    "councillors": Kind(Person, _councillors),
    "threads": Kind(Thread, _threads),
}


def _url(entry: Entry) -> str:
    path, changed_on = entry
    english = escape(settings.SITE_URL + path)
    welsh = escape(f"{settings.SITE_URL}/cy{path}")
    twins = TWIN.format("en", english) + TWIN.format("cy", welsh)
    changed = f"<lastmod>{changed_on.isoformat()}</lastmod>" if changed_on else ""
    return f"<url><loc>{english}</loc>{changed}{twins}</url>\n"


def _xml(body: str) -> HttpResponse:
    return HttpResponse(HEAD + body, content_type="application/xml; charset=utf-8")


def _refuse_in_demonstration() -> None:
    if settings.DEMONSTRATION:
        raise Http404
