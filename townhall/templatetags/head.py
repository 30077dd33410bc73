"""What stands in the head of every page, written once for each language."""

from functools import cache

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.addresses import static_of
from townhall.versions import THREAD

register = template.Library()

FILES = """<link rel="icon" href="{mark}" type="image/svg+xml">
<link rel="apple-touch-icon" href="{picture}">
<link rel="manifest" href="{manifest}">
{theme}<link rel="stylesheet" href="{css}">
<script type="module" src="{enhance}"></script>
<script type="module" src="{offline}"></script>
"""
THEME = '<link rel="stylesheet" href="/{}">\n'
KEPT = 'data-kept="{}" data-throw="{}"'
# Of a query, what makes another page of it; a postcode that was looked up is nobody's business.
PAGING = ("state", "page", "after")
WELSH = "/cy/"
NOT_INDEXED = '<meta name="robots" content="noindex">\n'
CANONICAL = '<link rel="canonical" href="%s">\n'
TWINS = """<link rel="alternate" hreflang="en" href="%s">
<link rel="alternate" hreflang="cy" href="%s">
<link rel="alternate" hreflang="x-default" href="%s">
"""
CARD = """<meta property="og:title" content="%s">
<meta property="og:description" content="%s">
<meta property="og:type" content="%s">
<meta property="og:url" content="%s">
<meta property="og:site_name" content="%s">
<meta property="og:locale" content="%s">
<meta property="og:locale:alternate" content="%s">
<meta property="og:image" content="%s">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
<meta name="twitter:card" content="summary_large_image">
"""


@register.tag
def keep(parser: Parser, token: Token) -> "Kept":
    """Keep what a block says, so that it can stand in more than one place: {% keep as name %}."""
    _tag, _as, name = token.split_contents()
    nodes = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Kept(nodes, name)


class Kept(Node):
    """Puts its words into the context instead of the page."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: Context) -> SafeString:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString("")


@register.simple_tag(takes_context=True)
def share(context: Context, title: str, description: str) -> SafeString:
    """Say what this page is called elsewhere: its address, its twin in Welsh, and a preview.

    Says no more than the page does. Nothing on error pages; where `noindex` is set, only that.
    Twins and previews are for machines, none of which signs in: members are spared their weight.
    """
    request = context.get("request")
    if request is None or "exception" in context:
        return SafeString("")
    if context.get("noindex"):
        return SafeString(NOT_INDEXED)
    path = escape_uri_path(request.path)
    is_welsh = path.startswith(WELSH)
    english = path[3:] if is_welsh else path
    query = _query(request) if request.META.get("QUERY_STRING") else ""
    site = settings.SITE_URL
    url, twin = f"{site}{path}{query}", f"{site}{english}{query}"
    locales = ("cy_GB", "en_GB") if is_welsh else ("en_GB", "cy_GB")
    kind = "article" if THREAD.fullmatch(request.path) else "website"
    hidden = NOT_INDEXED if context.get("demonstration") else ""
    if (user := context.get("user")) is not None and user.is_authenticated:
        return mark_safe(hidden + CANONICAL % url)  # noqa: S308 (the address is escaped)
    name = _attribute(context.get("site_title") or "")
    picture = site + static_of("img/share.png")
    words = (_attribute(title), _attribute(description), kind, url, name, *locales, picture)
    twins = (twin, f"{site}/cy{english}{query}", twin)
    head = hidden + CANONICAL % url + TWINS % twins + CARD % words
    return mark_safe(head)  # noqa: S308 (each is escaped)


def _query(request: HttpRequest) -> str:
    """Return the part of a query that leads to a page of its own."""
    kept = {name: request.GET[name] for name in PAGING if request.GET.get(name)}
    if kept.get("page") == "1":
        del kept["page"]
    return conditional_escape(f"?{urlencode(kept)}") if kept else ""


def _attribute(text: str) -> str:
    """Return a text as it stands between quotation marks; what a template made is HTML already."""
    return conditional_escape(text).replace('"', "&quot;")


@register.simple_tag(takes_context=True)
def files(context: Context) -> SafeString:
    """Load what pages look and work with, and keep what somebody who is signed in writes."""
    css = static_of("css/site.css")
    head, kept = _files(get_language(), css, context.get("theme_address") or "")
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return head
    return mark_safe(f'{head}<meta name="drafts" content="{user.pk}" {kept}>\n')  # noqa: S308 (escaped when it was made)


@cache
def _files(_language: str | None, css: str, theme: str) -> tuple[SafeString, SafeString]:
    head = format_html(
        FILES,
        mark=static_of("img/mark.svg"),
        picture=static_of("img/apple-touch-icon.png"),
        manifest=reverse("manifest"),
        theme=format_html(THEME, theme) if theme else "",
        css=css,
        enhance=static_of("js/enhance.js"),
        offline=static_of("js/offline.js"),
    )
    kept = _("You wrote this on {when} and did not publish it. It was kept in this browser.")
    return head, format_html(KEPT, kept, _("Throw it away"))
